// Package page shows the impact of an edit to people: as one HTML file with charts that needs nothing beside it.
package page

// A Word is what something is called, in the two languages of a report.
type Word struct{ ZH, EN string }

// kinds are the ways in which a case changes, by the names of impact.Kind.
var kinds = map[string]Word{
	"newly_invalid":             {"变为无效", "newly invalid"},
	"no_longer_invalid":         {"不再无效", "no longer invalid"},
	"errors":                    {"无效原因变化", "invalid for another reason"},
	"status":                    {"受理状态变化", "blocked or not"},
	"gates":                     {"营销闸门变化", "gates"},
	"refund.pay":                {"应付金额变化", "amount to pay"},
	"refund.total":              {"应退总额变化", "amount owed in all"},
	"refund.preview":            {"待核实金额变化", "amount if confirmed"},
	"refund.status":             {"退费状态变化", "refund status"},
	"refund.means":              {"返还方式变化", "credit or cash"},
	"refund.approval":           {"审批层级变化", "approval"},
	"refund.due_by":             {"退费期限变化", "refund due at another time"},
	"refund.other":              {"退费其他内容变化", "refund, other parts"},
	"complaint.severity":        {"投诉等级变化", "severity"},
	"complaint.escalation":      {"升级变化", "escalation"},
	"complaint.other":           {"投诉其他内容变化", "complaint, other parts"},
	"clocks.breached":           {"新增超时", "clock newly breached"},
	"clocks.no_longer_breached": {"不再超时", "clock no longer breached"},
	"clocks.due":                {"时限移动", "clock due at another time"},
	"clocks.other":              {"时限其他变化", "clocks, other changes"},
	"talk.track":                {"话术更换", "another talk track"},
	"talk.step":                 {"话术步骤变化", "another step of the talk"},
	"talk.lines":                {"话术内容变化", "other lines in the same step"},
	"warnings":                  {"提醒变化", "warnings"},
	"tasks":                     {"任务变化", "tasks"},
	"cash":                      {"找零变化", "change at the counter"},
	"close":                     {"日结变化", "daily close"},
	"results":                   {"自定义结果变化", "own results"},
	"rules":                     {"触发规则变化", "rules that fire"},
	"texts":                     {"仅文字变化", "nothing but words"},
}

// Kind is what a way to change is called; its own name where there is no word for it.
func Kind(name string) Word {
	if w, ok := kinds[name]; ok {
		return w
	}
	return Word{name, name}
}
