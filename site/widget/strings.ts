/** The languages of the panel's own words. The pack's texts stay in the pack's language; in English they carry a gloss. */
export type Lang = "zh-CN" | "en";

export function langOf(tag: string | null | undefined): Lang {
  return tag?.toLowerCase().startsWith("en") ? "en" : "zh-CN";
}

/** A text in both languages. */
type Both = readonly [zh: string, en: string];

const CHROME = {
  panel: ["口径助手", "Koujing assistant"],
  loading: ["正在载入口径…", "Loading the pack…"],
  no_case: ["请选择一位客户", "Choose a customer"],
  say: ["这样说", "Say"],
  ask: ["问清楚", "Find out"],
  unanswered: ["先填好这里，才能继续", "This is needed before going on"],
  replies: ["现在的情况", "What happens now"],
  undo: ["撤回上一步", "Undo the last step"],
  restart: ["重新开始", "Start over"],
  talk_over: ["这段话说完了", "This talk is over"],
  no_track: ["没有匹配的话术", "No talk track matches"],
  nothing_to_say: ["这一步不用说话", "Nothing to say at this step"],
  held: ["有一句话先不说，还缺：", "One line is held back; missing:"],
  blocked: ["不能办理", "Blocked"],
  gate_call: ["不能外呼", "This call is blocked"],
  gate_offer: ["不能推荐业务", "Offers are blocked"],
  gate_booking: ["不能办理业务", "Booking is blocked"],
  refund: ["退费", "Refund"],
  charged: ["已收", "Charged"],
  due: ["应收", "Due"],
  diff: ["差额", "Difference"],
  total: ["应退", "Total"],
  refunded: ["已退", "Returned before"],
  pay: ["现退", "To pay now"],
  preview: ["查实后预计退", "If confirmed"],
  doubled: ["双倍返还", "double return"],
  once: ["按差额返还", "the difference, once"],
  means: ["方式", "By"],
  credit: ["话费充值", "account credit"],
  cash: ["现金", "cash"],
  due_by: ["期限", "Before"],
  approval: ["须审批", "Approval"],
  clocks: ["时限", "Clocks"],
  left: ["还剩", "left"],
  over: ["已超", "over"],
  met: ["已按时完成", "met"],
  escalate: ["上报", "Escalate to"],
  parallel: ["边处理边上报", "in parallel"],
  tasks: ["待办", "To do"],
  before: ["前", "by"],
  warnings: ["提醒", "Notices"],
  errors: ["资料有误，先更正", "The case has errors"],
  results: ["其他结果", "Other results"],
  complaint: ["投诉", "Complaint"],
  owner: ["首问责任人", "Owner"],
  cash_change: ["找零", "Change"],
  close_ok: ["账实相符，可以下班", "All counted, free to leave"],
  close_not_ok: ["账实不符，请先核对", "Counts differ, check first"],
  why: ["依据", "Why"],
  receipt: ["凭据", "Receipt"],
  copy: ["复制", "Copy"],
  copied: ["已复制", "Copied"],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  set: ["填好", "Set"],
  in_two_hours: ["两小时内", "In 2 hours"],
  today_at: ["今天 18 点", "Today 18:00"],
  tomorrow_at: ["明天 18 点", "Tomorrow 18:00"],
  change: ["修改", "Change"],
  answered: ["已填", "Filled in"],
  choose: ["请选择", "Choose"],
  next: ["继续", "Go on"],
  retry: ["重试", "Try again"],
  engine_failed: ["口径没有载入", "The engine did not load"],
} as const satisfies Record<string, Both>;

/** Codes of the decision and fixed values of the case, by the group they belong to. */
const NAMES = {
  status: {
    none: ["无须退费", "nothing to return"],
    verify_first: ["先查证", "verify first"],
    refuted: ["查无差错", "charge is correct"],
    payable: ["可退", "payable"],
    needs_approval: ["待审批", "needs approval"],
    offered: ["客户未接受", "offered, not accepted"],
    settled: ["已退清", "settled"],
    overdue: ["逾期未退", "overdue"],
  },
  flag: {
    cash_on_approval: ["客户要现金，须审批", "cash only on approval"],
    claim_above_total: ["客户要求高于应退", "claim is above the total"],
    due_unknown: ["应收未查明", "due not known yet"],
    duplicate_line: ["重复账目只计一次", "entered twice, counted once"],
    executed_not_booked: ["已执行未入账，防重复支付", "paid but not booked"],
    overpaid_before: ["此前多退，待核", "too much returned before"],
    review_category: ["类别待核", "category to be reviewed"],
  },
  clock: {
    first_answer: ["首次答复", "First answer"],
    final_answer: ["最终答复", "Final answer"],
    support: ["支撑部门", "Support department"],
    interim: ["进展告知", "Interim notice"],
    refund: ["退费到账", "Refund"],
    install: ["装机", "Installation"],
    desk: ["台席办理", "Desk"],
  },
  severity: {
    ordinary: ["一般", "ordinary"],
    major: ["重大", "major"],
  },
  gate: {
    do_not_contact: ["客户已登记免打扰", "The customer is on the do-not-contact list"],
    abroad: ["客户在境外，接听要付费", "The customer is abroad and pays for this call"],
    not_owner: ["接听人不是机主", "The person on the line is not the owner"],
    no_consent: ["没有机主的明确同意", "The owner has not clearly agreed"],
    open_complaint: ["客户有未办结的投诉", "The customer has an open complaint"],
  },
  warning: {
    unknown_reply: ["当前步骤没有这个选项", "this step has no such reply"],
    cash_short: ["实收不足应收", "received less than is due"],
  },
  error: {
    too_big: ["工单内容过大", "the case is too big"],
    bad_utf8: ["文字编码有误", "not valid UTF-8"],
    syntax: ["格式有误", "not readable"],
    too_deep: ["嵌套过深", "nested too deep"],
    duplicate_key: ["字段写了两次", "written twice"],
    unknown_field: ["没有这个字段", "no such field"],
    unknown_value: ["取值不在清单里", "not a value of the pack's list"],
    wrong_type: ["类型不对", "wrong type"],
    not_integer: ["金额要填整数分", "amounts are whole fen"],
    negative: ["不能为负", "must not be negative"],
    too_large: ["超过上限", "above the ceiling"],
    too_many: ["条目过多", "too many items"],
    bad_time: ["时间格式有误", "not a time with its offset"],
    due_missing: ["已查实的账目缺应收金额", "a confirmed line needs its due amount"],
    duplicate_line: ["编号相同而内容不同", "same id, other content"],
    missing: ["必填", "required"],
    rule_error: ["规则计算出错", "a rule failed"],
    fetch_failed: ["网络取不到文件", "could not be fetched"],
    wasm_refused: ["页面策略不允许运行引擎", "the page's policy forbids the engine"],
    bad_guest: ["引擎文件不对", "not the engine's file"],
    trap: ["引擎中断，已重启", "the engine stopped and was restarted"],
    timeout: ["引擎超时，已重启", "the engine took too long and was restarted"],
    pack_invalid: ["口径源文件有误", "the pack's sources have errors"],
    worker_failed: ["后台线程没有启动", "the Worker did not start"],
  },
  tag: {
    feelings: ["先顾情绪", "feelings first"],
    sell: ["推荐", "offer"],
    book: ["办理", "booking"],
    identity: ["身份", "identity"],
    purpose: ["来意", "purpose"],
    terms: ["资费", "terms"],
    consent: ["同意", "consent"],
  },
  channel: {
    hall: ["营业厅", "hall"],
    hotline: ["热线", "hotline"],
    outbound: ["外呼", "outbound"],
    online: ["在线", "online"],
  },
  location: { home: ["本地", "home"], roaming: ["漫游", "roaming"], abroad: ["境外", "abroad"] },
  emotion: { calm: ["平静", "calm"], upset: ["不满", "upset"], heated: ["激动", "heated"] },
  accepts: { yes: ["接受", "yes"], no: ["不接受", "no"], unasked: ["未问", "not asked"] },
  consent: { none: ["未表示", "none"], given: ["同意", "given"], refused: ["拒绝", "refused"] },
  account: { active: ["在用", "active"], suspended: ["停机", "suspended"], closed: ["已销户", "closed"] },
  verification: { pending: ["待查证", "pending"], confirmed: ["已查实", "confirmed"], refuted: ["查无差错", "refuted"] },
  collected_for: { operator: ["本公司", "operator"], third_party: ["代收", "third party"] },
  consented_by: { owner: ["机主", "owner"], other: ["他人", "somebody else"], nobody: ["无人", "nobody"], unknown: ["不清楚", "unknown"] },
  cause: { customer: ["客户", "customer"], staff: ["员工", "staff"], product: ["产品", "product"], dealer: ["代理商", "dealer"] },
  motive: { vent: ["发泄", "to vent"], respect: ["求尊重", "respect"], compensation: ["求补偿", "compensation"] },
} as const satisfies Record<string, Record<string, Both>>;

export type ChromeKey = keyof typeof CHROME;
export type NameGroup = keyof typeof NAMES;

/** A word of the panel itself. */
export function say(key: ChromeKey, lang: Lang): string {
  return CHROME[key][lang === "en" ? 1 : 0];
}

/** What a code is called; a code nobody has named is shown as it is, with its underscores as spaces. */
export function named(group: NameGroup, code: string, lang: Lang): string {
  const both = (NAMES[group] as Record<string, Both>)[code];
  return both ? both[lang === "en" ? 1 : 0] : code.replaceAll("_", " ");
}

/** The codes of a group, in the order in which they are offered. */
export function codes(group: NameGroup): string[] {
  return Object.keys(NAMES[group]);
}
