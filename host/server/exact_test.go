package server

import "testing"

func TestReadTexts(t *testing.T) {
	for body, ok := range map[string]bool{
		`{"case":"a","decision":"b"}`:                                     true,
		` {"pack":"p","decision":"\u00e9\ud83d\ude00","case":"\\ud800"} `: true,
		`{"case":"a","decision":"b","case":"c"}`:                          false,
		`{"case":"a","DECISION":"b"}`:                                     false,
		`{"case":"a","decision":"b"} x`:                                   false,
		`{"case":"a","decision":"b"`:                                      false,
		`{"case":"a","decision":{}}`:                                      false,
		`{"case":"a","decision":"\ud800"}`:                                false,
		`{"case":"a","decision":"\ud800\u0041"}`:                          false,
		`{"case":"a","decision":"\udc00\ud800"}`:                          false,
		"{\"case\":\"\xff\",\"decision\":\"b\"}":                          false,
		`[]`:                                                              false,
		``:                                                                false,
	} {
		if _, err := readTexts([]byte(body), "pack", "case", "decision"); (err == nil) != ok {
			t.Errorf("%s: %v", body, err)
		}
	}
}
