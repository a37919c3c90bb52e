package pack

func (t *tape) track(k *Track) {
	t.text(&k.ID)
	t.text(&k.Title)
	t.text(&k.TitleGloss)
	t.texts(&k.Intents)
	small(t, &k.When)
	t.int(&k.Priority)
	t.texts(&k.Rows)
	row(t, &k.Anytime, (*tape).reply)
	row(t, &k.Interrupts, (*tape).branch)
	row(t, &k.Steps, (*tape).step)
}

func (t *tape) step(s *Step) {
	t.text(&s.ID)
	t.text(&s.Aim)
	t.text(&s.AimGloss)
	row(t, &s.Say, (*tape).line)
	t.texts(&s.Ask)
	row(t, &s.Replies, (*tape).reply)
	row(t, &s.Next, (*tape).branch)
	t.text(&s.End)
}

func (t *tape) line(l *Line) {
	t.text(&l.ID)
	small(t, &l.Text)
	small(t, &l.Gloss)
	t.texts(&l.Tags)
	t.text(&l.Row)
	small(t, &l.When)
}

func (t *tape) reply(r *Reply) {
	t.text(&r.ID)
	t.text(&r.Label)
	t.text(&r.Gloss)
	t.text(&r.Count)
	t.target(&r.To)
}

func (t *tape) branch(b *Branch) {
	small(t, &b.When)
	t.target(&b.To)
}

func (t *tape) target(to *Target) {
	small(t, &to.Track)
	small(t, &to.Step)
}
