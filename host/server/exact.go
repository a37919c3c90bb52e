package server

import (
	"bytes"
	"encoding/json" // goccy's decoder folds names and mends texts; this one gives the tokens as they are
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// readTexts reads a body that is an object of exact texts, none of which must be there. Whatever a lenient reader would
// mend is refused: a text with a byte replaced is another text, and must not be taken for the one that was signed off, nor
// for somebody's key.
func readTexts(text []byte, names ...string) (map[string]string, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("the body is not UTF-8")
	}
	if loneSurrogate(text) {
		return nil, errors.New("the body has half a surrogate pair, which stands for no character")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("the body is no JSON object")
	}
	texts := map[string]string{}
	for dec.More() {
		key, err := dec.Token()
		name, _ := key.(string)
		if err != nil {
			return nil, errors.New("the body is no JSON")
		}
		value, err := dec.Token()
		s, isText := value.(string)
		_, twice := texts[name]
		switch {
		case err != nil:
			return nil, errors.New("the body is no JSON")
		case twice:
			return nil, fmt.Errorf("%q stands twice", name)
		case !slices.Contains(names, name):
			return nil, fmt.Errorf("%q is not known here", name)
		case !isText:
			return nil, fmt.Errorf("%s is no string", name)
		}
		texts[name] = s
	}
	if _, err := dec.Token(); err != nil {
		return nil, errors.New("the body is no JSON")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("something stands behind the object")
	}
	return texts, nil
}

// loneSurrogate finds a \u escape that is half of a pair.
func loneSurrogate(text []byte) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++
		if text[i] != 'u' {
			continue
		}
		switch first := escaped(text, i); {
		case first >= 0xdc00 && first < 0xe000:
			return true
		case first >= 0xd800 && first < 0xdc00:
			if i+6 >= len(text) || text[i+5] != '\\' || text[i+6] != 'u' {
				return true
			}
			if second := escaped(text, i+6); second < 0xdc00 || second >= 0xe000 {
				return true
			}
			i += 10
		}
	}
	return false
}

// escaped is the number behind the u at i, -1 if there is none.
func escaped(text []byte, i int) (n int) {
	if i+4 >= len(text) {
		return -1
	}
	for _, b := range text[i+1 : i+5] {
		switch {
		case b >= '0' && b <= '9':
			n = n<<4 | int(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			n = n<<4 | int(b|0x20-'a'+10)
		default:
			return -1
		}
	}
	return n
}
