package pack

import "koujing/core/program"

func (c *codec) program(p *program.Program) {
	c.open()
	c.texts("texts", &p.Texts)
	c.numbers("ints", &p.Ints)
	list(c, "sets", &p.Sets, (*codec).set)
	c.texts("names", &p.Names)
	c.texts("lists", &p.Lists)
	c.texts("columns", &p.Columns)
	number(c, "regs", &p.Regs)
	list(c, "code", &p.Code, (*codec).instr)
	list(c, "decisions", &p.Decisions, (*codec).decision)
	list(c, "exprs", &p.Exprs, (*codec).expr)
	list(c, "templates", &p.Templates, (*codec).template)
	c.shut()
}

func (c *codec) set(s *program.Set) {
	c.open()
	c.texts("texts", &s.Texts)
	c.numbers("ints", &s.Ints)
	c.shut()
}

// instr is a list of five numbers: [op,a,b,c,d].
func (c *codec) instr(in *program.Instr) {
	c.literal("[")
	numberValue(c, &in.Op)
	c.literal(",")
	numberValue(c, &in.A)
	c.literal(",")
	numberValue(c, &in.B)
	c.literal(",")
	numberValue(c, &in.C)
	c.literal(",")
	numberValue(c, &in.D)
	c.literal("]")
}

func (c *codec) decision(d *program.Decision) {
	c.open()
	c.text("name", &d.Name)
	number(c, "hit", &d.Hit)
	number(c, "stage", &d.Stage)
	c.bool("own", &d.Own)
	c.bool("apart", &d.Apart)
	number(c, "prelude", &d.Prelude)
	number(c, "default", &d.Default)
	list(c, "outputs", &d.Outputs, (*codec).output)
	list(c, "rules", &d.Rules, (*codec).rule)
	c.shut()
}

func (c *codec) output(o *program.Output) {
	c.open()
	c.text("name", &o.Name)
	number(c, "type", &o.Type)
	c.bool("nullable", &o.Nullable)
	number(c, "reg", &o.Reg)
	c.shut()
}

func (c *codec) rule(r *program.Rule) {
	c.open()
	c.text("id", &r.ID)
	c.text("row", &r.Row)
	number(c, "entry", &r.Entry)
	c.shut()
}

func (c *codec) expr(e *program.Expr) {
	c.open()
	c.text("label", &e.Label)
	number(c, "type", &e.Type)
	c.bool("nullable", &e.Nullable)
	number(c, "entry", &e.Entry)
	number(c, "reg", &e.Reg)
	c.shut()
}

func (c *codec) template(t *program.Template) {
	c.open()
	list(c, "parts", &t.Parts, (*codec).part)
	c.shut()
}

func (c *codec) part(p *program.Part) {
	c.open()
	c.text("text", &p.Text)
	number(c, "expr", &p.Expr)
	number(c, "form", &p.Form)
	c.text("list", &p.List)
	c.shut()
}
