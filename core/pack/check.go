package pack

// Check is a check of what the agent said or is about to say. What its kinds do with the words is core/wording's.
type Check struct {
	Kind    string // overused, phrase, structure, answered, opening, amount, number, blank, length, share
	Mode    string // of a kind that has several ways: text, before, call; mobile, identity, bank_card, identity_like
	Code    string
	Level   string // hint, warning, fault
	Message string
	Suggest string
	Row     string
	Draft   bool  // looks at the draft
	Said    bool  // looks at what was said already
	When    int32 // conditions in the program, -1 for none: it must hold
	Unless  int32 // it must not
	Limit   int64 // -1 for none
	Least   int64 // share: how much has to be said before it counts
	Groups  []WordGroup
	Amounts []int32 // amount: expressions, in fen, that may be spoken besides what the engine worked out
}

// The roles of a group of words.
const (
	RoleWord   = "word"   // what the check is about
	RoleExcept = "except" // longer words, or contexts, in which it is not meant
	RolePart   = "part"   // what has to stand beside it, behind it, or in answer to it
)

// WordGroup is some words that count as one. Its message, suggestion and row are the check's where they are empty.
type WordGroup struct {
	Role    string
	Words   []string
	Alone   bool  // only as a clause of its own, or repeated
	Limit   int64 // overused: how often in one call, -1 for the check's limit
	Message string
	Suggest string
	Row     string
}

func (t *tape) check(k *Check) {
	t.text(&k.Kind)
	t.text(&k.Mode)
	t.text(&k.Code)
	t.text(&k.Level)
	t.text(&k.Message)
	t.text(&k.Suggest)
	t.text(&k.Row)
	t.bool(&k.Draft)
	t.bool(&k.Said)
	small(t, &k.When)
	small(t, &k.Unless)
	t.int(&k.Limit)
	t.int(&k.Least)
	row(t, &k.Groups, (*tape).wordGroup)
	row(t, &k.Amounts, small[int32])
}

func (t *tape) wordGroup(g *WordGroup) {
	t.text(&g.Role)
	t.texts(&g.Words)
	t.bool(&g.Alone)
	t.int(&g.Limit)
	t.text(&g.Message)
	t.text(&g.Suggest)
	t.text(&g.Row)
}
