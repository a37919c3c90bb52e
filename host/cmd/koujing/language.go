package main

import (
	"os"
	"regexp"

	"koujing/core/author/phrase"
	"koujing/host/store"
)

// language is the language of findings: what --lang says, else the language of whoever reads them, as his system names it.
// Where the system names none, as on Windows, it is that of the pack. The language of a pack is that of its customers, so it
// comes last. Codes, places and all else that a script reads are the same in each.
func (a *app) language(src store.Source) phrase.Lang {
	if a.lang != "" {
		return phrase.LangOf(a.lang)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if tag := os.Getenv(name); tag != "" {
			return phrase.LangOf(tag)
		}
	}
	texts, err := src.Sources()
	if err != nil { // it has been told of
		return phrase.EN
	}
	if locale := packLocale.FindStringSubmatch(texts["pack.yaml"]); locale != nil {
		return phrase.LangOf(locale[1])
	}
	return phrase.EN
}

// packLocale finds the language of a pack, also in a pack.yaml that cannot be read.
var packLocale = regexp.MustCompile(`(?m)^locale:\s*["']?([A-Za-z_-]+)`)
