package sheet

import (
	"testing"

	"koujing/core/author/phrase/phrasetest"
)

func TestSentences(t *testing.T) { phrasetest.Check(t, 20) }
