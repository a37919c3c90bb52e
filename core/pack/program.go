package pack

import "koujing/core/program"

func (t *tape) program(p *program.Program) {
	t.texts(&p.Texts)
	t.ints(&p.Ints)
	row(t, &p.Sets, (*tape).set)
	t.texts(&p.Names)
	t.texts(&p.Lists)
	t.texts(&p.Columns)
	small(t, &p.Regs)
	row(t, &p.Code, (*tape).instr)
	row(t, &p.Decisions, (*tape).decision)
	row(t, &p.Exprs, (*tape).expr)
	row(t, &p.Templates, (*tape).template)
}

func (t *tape) set(s *program.Set) {
	t.texts(&s.Texts)
	t.ints(&s.Ints)
}

func (t *tape) instr(in *program.Instr) {
	small(t, &in.Op)
	small(t, &in.A)
	small(t, &in.B)
	small(t, &in.C)
	small(t, &in.D)
}

func (t *tape) decision(d *program.Decision) {
	t.text(&d.Name)
	small(t, &d.Hit)
	small(t, &d.Stage)
	t.bool(&d.Own)
	t.bool(&d.Apart)
	small(t, &d.Prelude)
	small(t, &d.Default)
	row(t, &d.Outputs, (*tape).output)
	row(t, &d.Rules, (*tape).rule)
}

func (t *tape) output(o *program.Output) {
	t.text(&o.Name)
	small(t, &o.Type)
	t.bool(&o.Nullable)
	small(t, &o.Reg)
}

func (t *tape) rule(r *program.Rule) {
	t.text(&r.ID)
	t.text(&r.Row)
	small(t, &r.Entry)
}

func (t *tape) expr(e *program.Expr) {
	t.text(&e.Label)
	small(t, &e.Type)
	t.bool(&e.Nullable)
	small(t, &e.Entry)
	small(t, &e.Reg)
}

func (t *tape) template(x *program.Template) {
	row(t, &x.Parts, (*tape).part)
}

func (t *tape) part(p *program.Part) {
	t.text(&p.Text)
	small(t, &p.Expr)
	small(t, &p.Form)
	t.text(&p.List)
}
