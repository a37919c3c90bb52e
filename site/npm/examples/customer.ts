import type { Case } from "koujing-panel";

/** What a CRM knows of the customer on the line. */
export const customer: Case = {
  id: "C-1001",
  now: "2026-11-22T10:00:00+08:00",
  channel: "hall",
  intent: "wrong_bill",
  customer: { surname: "王", form: "ms", is_owner: true },
  lines: [{ id: "L1", item: "上网流量费", charged_fen: 1500, due_fen: 500, category: "metering", verification: "confirmed", confirmed_at: "2026-11-21T10:00:00+08:00" }],
};
