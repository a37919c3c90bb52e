import { el } from "../widget/dom.ts";
import { langOf } from "../widget/strings.ts";
import type { Problem } from "./mapping.ts";

const WHY: Record<Problem["code"], readonly [zh: string, en: string]> = {
  not_text: ["不是文字", "is no text"],
  not_int: ["不是整数", "is no whole number"],
  not_bool: ["不是是否", "is neither true nor false"],
  not_amount: ["不是金额", "is no amount"],
  not_time: ["不是时间", "is no time"],
  not_listed: ["对照表里没有这个值", "is a value the mapping does not list"],
  not_list: ["不是列表", "is no list"],
  bad_path: ["写不进工单的这个位置", "cannot be put there"],
};

/** Says under the panel what of the CRM's data could not be used, and why: a field that is silently missing costs somebody money. */
export function trouble(problems: readonly Problem[]): void {
  const english = langOf(document.documentElement.lang) === "en";
  const place = document.getElementById("trouble");
  if (!place) return;
  place.hidden = problems.length === 0;
  place.replaceChildren(
    el("p", {}, english ? "Not taken over from the CRM:" : "这些资料没有带过来："),
    el("ul", {}, ...problems.map(({ field, from, code }) => el("li", {}, el("code", {}, from || field), ` → ${field} ${WHY[code][english ? 1 : 0]}`))),
  );
}
