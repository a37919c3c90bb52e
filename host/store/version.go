package store

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"koujing/core/author/phrase"
	"koujing/host/act"
)

// A namesake is one content that was published under a version.
type namesake struct {
	digest string
	seq    int64 // of the act that published it last, 0 for what was in force before any
	who    string
}

// versions are the contents that each version has, the youngest last. A version names one content, whatever became of the
// act; only archives of earlier releases hold more.
func versions(all []Entry, base *Pack) map[string][]namesake {
	out := map[string][]namesake{}
	if base != nil {
		out[base.Version] = []namesake{{digest: base.Digest}}
	}
	for i := range all {
		if e := &all[i]; e.Change() {
			out[e.Version] = append(slices.DeleteFunc(out[e.Version], func(n namesake) bool { return n.digest == e.Digest }), namesake{e.Digest, e.Seq, e.Who})
		}
	}
	return out
}

// free tells whether a version may name this content. The error is an *act.Refusal.
func free(what *act.Act, taken map[string][]namesake) error {
	for _, n := range taken[what.Version] {
		if n.digest == what.Digest {
			return nil
		}
	}
	if len(taken[what.Version]) == 0 {
		return nil
	}
	n := taken[what.Version][len(taken[what.Version])-1]
	by := byAct.Of(n.who, n.seq)
	if n.seq == 0 {
		by = beforeFirst
	}
	return versionTaken.of(what.Version, by, fmt.Sprintf("%.19s", n.digest), nextVersion(what.Version, taken))
}

// nextVersion is the first version after one that is free: its last number counted up.
func nextVersion(version string, taken map[string][]namesake) string {
	for {
		stem := strings.TrimRight(version, "0123456789")
		n, ok := new(big.Int).SetString(version[len(stem):], 10)
		if ok {
			version = stem + n.Add(n, big.NewInt(1)).String()
		} else {
			version += ".1"
		}
		if len(taken[version]) == 0 {
			return version
		}
	}
}

func ambiguous(version string, same []namesake) error {
	var each []phrase.Text
	for _, n := range same {
		if n.seq > 0 {
			each = append(each, digestByAct.Of(n.digest, n.who, n.seq))
		} else {
			each = append(each, digestFirst.Of(n.digest))
		}
	}
	return versionUnclear.of(version, len(same), phrase.Join(each, phrase.Text{", ", "、"}))
}
