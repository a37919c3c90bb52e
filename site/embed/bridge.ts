import type { Case } from "../engine/types.ts";
import type { KoujingPanel } from "../widget/koujing-panel.ts";
import { ATTRIBUTES, type FrameConfig } from "./config.ts";
import { EVENTS, isMessage, type FromFrame, type ToFrame } from "./messages.ts";
import { Contexts, Refused } from "./signed.ts";

/**
 * The frame's side of the talk with the page around it. Only that page is heard, only from an allowed origin, and it is answered at
 * the origin it spoke from; whatever else arrives is not even answered.
 */
export function bridge(panel: KoujingPanel, { origins, keys }: FrameConfig): void {
  const contexts = new Contexts(keys);
  /** Where the page that said hello is; nothing is sent before. */
  let origin: string | undefined;
  const tell = (message: FromFrame) => {
    if (origin !== undefined) window.parent.postMessage(message, origin);
  };

  const take = async (message: ToFrame): Promise<void> => {
    switch (message.type) {
      case "hello":
        tell({ koujing: 1, type: "ready", nonce: contexts.nonce, signed: keys.length > 0 });
        height();
        return;
      case "case":
        // Showing nobody needs no signature.
        if (keys.length > 0 && message.case !== null) tell({ koujing: 1, type: "refused", code: "unsigned" });
        else panel.case = (message.case ?? undefined) as Case | undefined;
        return;
      case "context":
        panel.case = (await contexts.open(message.jws)) as unknown as Case;
        return;
      case "set":
        for (const name of ATTRIBUTES) {
          const value = (message.attributes as Record<string, unknown> | undefined)?.[name];
          if (typeof value === "string") panel.setAttribute(name, value);
          else if (value === null) panel.removeAttribute(name);
        }
        return;
      case "undo":
        panel.undo();
        return;
      case "restart":
        panel.restart();
    }
  };

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !origins.includes(event.origin) || !isMessage(event.data)) return;
    origin = event.origin;
    take(event.data as ToFrame).catch((thrown: unknown) => {
      tell({ koujing: 1, type: "refused", code: thrown instanceof Refused ? thrown.code : "bad_form" });
    });
  });

  for (const name of EVENTS) {
    panel.addEventListener(name, (event) => { tell({ koujing: 1, type: "event", name, detail: (event as CustomEvent).detail as unknown }); });
  }
  const height = () => { tell({ koujing: 1, type: "height", height: Math.ceil(panel.getBoundingClientRect().bottom + window.scrollY) }); };
  new ResizeObserver(height).observe(panel);
}
