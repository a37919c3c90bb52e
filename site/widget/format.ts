import type { Lang } from "./strings.ts";

/** Fen as yuan with two decimals: 197280 -> `1,972.80`. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const cents = String(Math.abs(fen) % 100).padStart(2, "0");
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "−" : ""}${grouped}.${cents}`;
}

/** The same with its unit: `20.00 元`, `¥20.00`. */
export function money(fen: number, lang: Lang): string {
  return lang === "zh-CN" ? `${yuan(fen)} 元` : `${fen < 0 ? "−" : ""}¥${yuan(Math.abs(fen))}`;
}

/**
 * Yuan as a person types them, to fen; undefined when it is no amount. Read digit by digit, since 19.90 * 100 is not
 * 1990 in every float.
 */
export function fen(text: string): number | undefined {
  const match = /^(\d{1,9})(?:\.(\d{0,2}))?$/.exec(digits(text));
  if (!match) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** Why a text is no amount, as far as it is worth saying. */
export function wrongWith(text: string): "empty" | "negative" | "decimals" | "large" | "form" {
  const written = digits(text);
  if (written === "") return "empty";
  if (/^[-−]\d/.test(written)) return "negative";
  if (/^\d+\.\d{3,}$/.test(written)) return "decimals";
  return /^\d{10,}(\.\d*)?$/.test(written) ? "large" : "form";
}

/** What an input method for Chinese makes of digits, in ASCII; without spaces, grouping commas and the unit. */
function digits(text: string): string {
  return text.normalize("NFKC").replaceAll("。", ".").replaceAll(/[,\s]/g, "").replace(/^¥/, "").replace(/元$/, "");
}

/** The parts of an RFC 3339 time as written: its own offset is the one it is read in. */
interface Written {
  year: number;
  month: number;
  day: number;
  clock: string;
}

function written(time: string): Written | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d:\d\d)/.exec(time);
  if (!match) return undefined;
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]), clock: match[4] ?? "" };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A point in time beside `now`: today's without the date, this year's without the year. */
export function when(time: string, now: string, lang: Lang): string {
  const at = written(time);
  const here = written(now);
  if (!at) return time;
  const sameYear = at.year === here?.year;
  if (sameYear && at.month === here.month && at.day === here.day) return lang === "zh-CN" ? `今天 ${at.clock}` : `today ${at.clock}`;
  if (lang === "zh-CN") return `${sameYear ? "" : `${at.year}年`}${at.month}月${at.day}日 ${at.clock}`;
  return `${at.day} ${MONTHS[at.month - 1] ?? ""}${sameYear ? "" : ` ${at.year}`} ${at.clock}`;
}

/** A span as a person says it, in its two largest units: `3 小时 20 分`, `2 d 4 h`. Less than a minute is said in seconds. */
export function span(seconds: number, lang: Lang): string {
  const left = Math.abs(Math.trunc(seconds));
  const units = lang === "zh-CN" ? [" 天", " 小时", " 分", " 秒"] : [" d", " h", " min", " s"];
  const days = Math.trunc(left / 86400);
  const parts = [days, Math.trunc((left % 86400) / 3600), Math.trunc((left % 3600) / 60), left % 60];
  // 48 hours are spoken of as hours, 72 as days.
  if (days === 1 || (days === 2 && parts[1] === 0)) {
    parts[1] = (parts[1] ?? 0) + days * 24;
    parts[0] = 0;
  }
  const first = parts.findIndex((part) => part > 0);
  if (first < 0) return `0${units[2] ?? ""}`;
  const shown = [first, first + 1].filter((i) => i < (first < 3 ? 3 : 4) && (parts[i] ?? 0) > 0);
  return shown.map((i) => `${parts[i] ?? 0}${units[i] ?? ""}`).join(" ");
}

/** `now` moved by seconds, in its own offset. */
export function moved(time: string, seconds: number): string {
  const at = Date.parse(time);
  const offset = /([+-])(\d\d):(\d\d)$/.exec(time);
  const shift = offset ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  const local = new Date(at + seconds * 1000 + shift * 60_000).toISOString().slice(0, 19);
  return local + (offset?.[0] ?? "Z");
}
