// Package tidy writes the files of a pack in one style, and never changes what they say: every value, every order that
// counts and every comment of the file that came in is in the one that goes out, which is looked at before it is given
// away. A file in a form it does not know is left as it is.
package tidy

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"koujing/core/author"
	"koujing/core/pack"
)

// Problem is why a file was left as it is. Line counts from 1; 0 is the whole file.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// ErrMeaning says that the tidied sources would not make the same pack: a mistake in this package, never in the pack.
var ErrMeaning = errors.New("tidying would change what the pack does; nothing was written. This is a mistake in koujing: please report it with the pack's files")

// Pack tidies the sources of a pack. It returns the files that change, with their new text, and those that were left as
// they are. The program that comes out of the sources, and their tests, are the same before and after, or the error is
// ErrMeaning. What space has parsed before is not parsed again.
func Pack(space *author.Workspace, src author.Sources) (changed author.Sources, left []Problem, err error) {
	changed, after := author.Sources{}, maps.Clone(src)
	for _, file := range slices.Sorted(maps.Keys(src)) {
		text, err := File(file, src[file])
		var problem *Problem
		switch {
		case errors.As(err, &problem):
			left = append(left, *problem)
		case text != src[file]:
			changed[file], after[file] = text, text
		}
	}
	if len(changed) > 0 && !same(space, src, after, changed) {
		return nil, nil, ErrMeaning
	}
	return changed, left, nil
}

// same reports whether two sources, which differ in the files that changed, make the same program and the same tests.
func same(space *author.Workspace, before, after, changed author.Sources) bool {
	return bytes.Equal(program(space, before), program(space, after)) && reflect.DeepEqual(tests(before, changed), tests(after, changed))
}

// tests are those in the files that changed, wherever they stand in them.
func tests(src, changed author.Sources) []author.Test {
	files := author.Sources{}
	for file := range changed {
		files[file] = src[file]
	}
	found, _ := author.Tests(files)
	for i := range found {
		found[i].Line = 0
	}
	return found
}

// program is the built pack without its sources, nil if none comes out.
func program(space *author.Workspace, src author.Sources) []byte {
	built, _ := space.Build(src)
	if built == nil {
		return nil
	}
	p, err := pack.Parse(built)
	if err != nil {
		return nil
	}
	p.Source = nil
	return pack.Append(nil, p)
}

// File tidies one file of a pack; its path says what it is. The error is a *Problem, and the text then the one that came
// in.
func File(file, text string) (string, error) {
	var out string
	var err error
	switch {
	case path.Dir(file) == "tables" && path.Ext(file) == ".csv":
		out, err = table(text)
	case shapes[path.Dir(file)] != nil && path.Ext(file) == ".yaml" && (path.Dir(file) != "." || file == "pack.yaml"):
		out, err = document(text, shapes[path.Dir(file)])
	default:
		return text, &Problem{File: file, Message: "no file of a pack"}
	}
	var problem *Problem
	if errors.As(err, &problem) {
		problem.File = file
		return text, problem
	}
	return out, nil
}

// breaks are the line breaks of other systems.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// document tidies the YAML documents of a file.
func document(text string, sh *shape) (string, error) {
	text = breaks.Replace(strings.TrimPrefix(text, "\ufeff"))
	before, err := scan(text)
	if err != nil {
		return "", err
	}
	out := print(arrange(before), sh)
	if out == text {
		return out, nil
	}
	after, err := scan(out)
	if bare := strings.TrimSuffix(out, "\n"); before.unended {
		if s, _ := scan(bare); s != nil && s.unended {
			out, after = bare, s
		}
	}
	if err != nil {
		return "", &Problem{Message: "left as it is: tidied it could not be read anew"}
	}
	if n := differs(before, after, sh); n != nil {
		return "", &Problem{Line: n.Line, Message: "left as it is: tidied it would say something else here"}
	}
	return out, nil
}
