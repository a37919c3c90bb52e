package act

import (
	"bytes"
	"encoding/json"
	"koujing/core/author/phrase"
	"unicode/utf8"
)

// MaxAttached bounds what is attached to a pack, in bytes.
const MaxAttached = 16 << 20

// Attach writes files the way they are attached to a pack, nil for none: the files of its folder that the built pack does
// not carry, its tests and its row index. They decide nothing, so the pack's digest doesn't know them; the act names them.
func Attach(files map[string]string) []byte {
	if len(files) == 0 {
		return nil
	}
	return canonical(files)
}

// ReadAttached reads what is attached to a pack: {"path":"text",…}, each path once, in byte order. The error is a *Refusal.
func ReadAttached(text []byte) (map[string]string, error) {
	if len(text) > MaxAttached || !utf8.Valid(text) {
		return nil, malformed(attachedTooBig.Of(MaxAttached >> 20))
	}
	files := map[string]string{}
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, malformed(attachedForm)
	}
	for last := ""; d.More(); {
		path, _ := d.Token()
		text, err := d.Token()
		name, named := path.(string)
		content, is := text.(string)
		if err != nil || !named || !is || name <= last {
			return nil, malformed(attachedForm)
		}
		files[name], last = content, name
	}
	if _, err := d.Token(); err != nil || len(bytes.TrimSpace(text[d.InputOffset():])) > 0 {
		return nil, malformed(attachedForm)
	}
	return files, nil
}

// Attaches tells whether the act is about these files. The error is a *Refusal.
func (a *Act) Attaches(text []byte) error {
	got := ""
	if len(text) > 0 {
		got = Digest(text)
	}
	if got != a.Attached {
		return attachedDiffers.Of(orNothing(a.Attached), orNothing(got))
	}
	return nil
}

func orNothing(digest string) phrase.Text {
	if digest == "" {
		return nothingAtAll
	}
	return phrase.Plain(digest)
}
