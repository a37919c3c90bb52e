package pack

import "koujing/core/casefile"

var factTypes = map[string]casefile.Type{"int": casefile.Int, "bool": casefile.Bool, "text": casefile.Text, "time": casefile.Time,
	"fen": casefile.Fen, "duration": casefile.Span, "one_of": casefile.Text}

// LineCeiling is the setting that bounds the amounts of a line, in fen.
const LineCeiling = "refund.line_ceiling"

// Terms is what the pack has to say about its cases.
func (p *Pack) Terms() casefile.Terms {
	t := casefile.Terms{Ladder: len(p.Ladder)}
	for _, l := range p.Lists {
		list := casefile.ValueList{Name: l.Name}
		for _, v := range l.Values {
			list.Values = append(list.Values, v.ID)
		}
		t.Lists = append(t.Lists, list)
	}
	for _, f := range p.Facts {
		t.Facts = append(t.Facts, casefile.Fact{Name: f.Name, Type: factTypes[f.Type], Nullable: f.Nullable, Choice: f.List})
	}
	for _, track := range p.Tracks {
		t.Scenarios = append(t.Scenarios, track.ID)
	}
	if s := p.Setting(LineCeiling); s != nil {
		t.LineCeiling = s.Int
	}
	return t
}

// Setting returns the setting of that name, or nil.
func (p *Pack) Setting(name string) *Setting {
	for i := range p.Settings {
		if p.Settings[i].Name == name {
			return &p.Settings[i]
		}
	}
	return nil
}
