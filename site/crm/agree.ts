import type { Exchange } from "../widget/events.ts";

/** What the server said of a decision that the page made. `unreachable`: nothing, so nothing was checked. */
export type Agreement = { state: "agrees" } | { state: "differs"; code: string; at: string } | { state: "unreachable" };

interface Verdict {
  ok: boolean;
  code?: string;
  at?: string;
}

/** Has the server replay the decision from the exact texts. */
export async function verify(exchange: Exchange): Promise<Agreement> {
  try {
    const response = await fetch("/v1/verify", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ pack: exchange.pack, case: exchange.case, decision: exchange.decision }),
    });
    if (!response.ok || !(response.headers.get("content-type") ?? "").includes("json")) return { state: "unreachable" };
    const verdict = (await response.json()) as Verdict;
    return verdict.ok ? { state: "agrees" } : { state: "differs", code: verdict.code ?? "", at: verdict.at ?? "" };
  } catch {
    return { state: "unreachable" };
  }
}
