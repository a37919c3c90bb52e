import type { Case } from "../engine/types.ts";
import type { PanelEvents } from "../widget/events.ts";
import { isMessage, type FromFrame, type ToFrame } from "./messages.ts";

/** How a page embeds the frame. */
export interface EmbedOptions {
  /** Called for each of the panel's events, and for what the frame refused. */
  on?: { [K in keyof PanelEvents]?: (detail: PanelEvents[K]["detail"]) => void } & { refused?: (code: string) => void };
  /** Has the CRM's own server sign a case, for a frame that takes only signed ones: JWS ES256 of `{"nonce","seq","case"}`. */
  sign?: (context: { nonce: string; seq: number; case: Case }) => Promise<string>;
  /** Attributes of the panel: lang, theme, size, density, keys, keep, offline. */
  attributes?: Record<string, string | null>;
}

export interface Embedded {
  /** Shows a case; undefined shows none. */
  show(given: Case | undefined): void;
  set(attributes: Record<string, string | null>): void;
  undo(): void;
  restart(): void;
  /** Stops listening. The iframe is the page's to remove. */
  close(): void;
}

/**
 * Connects the page with an iframe of koujing-frame.html, whose origin is that of its `src`. The iframe's height follows what
 * is in it. Nothing is read from, or sent to, any other window or origin.
 */
export function embed(frame: HTMLIFrameElement, options: EmbedOptions = {}): Embedded {
  const { origin } = new URL(frame.src, document.baseURI);
  const { on = {}, sign } = options;
  const attributes = { ...options.attributes };
  let ready: { nonce: string; signed: boolean } | undefined;
  let shown: Case | undefined;
  let seq = 0;

  const tell = (message: ToFrame) => { frame.contentWindow?.postMessage(message, origin); };
  const give = () => {
    if (!ready) return;
    if (!ready.signed || !shown) {
      tell({ koujing: 1, type: "case", case: (shown as unknown as Record<string, unknown> | undefined) ?? null });
      return;
    }
    const turn = ++seq;
    if (!sign) {
      on.refused?.("unsigned");
      return;
    }
    sign({ nonce: ready.nonce, seq: turn, case: shown }).then(
      (jws) => { if (turn === seq) tell({ koujing: 1, type: "context", jws }); },
      () => { on.refused?.("not_signed"); },
    );
  };

  const hear = ({ source, origin: from, data }: MessageEvent) => {
    if (source !== frame.contentWindow || from !== origin || !isMessage(data)) return;
    const message = data as FromFrame;
    switch (message.type) {
      case "ready":
        if (ready?.nonce === message.nonce) return;
        ready = { nonce: message.nonce, signed: message.signed };
        if (Object.keys(attributes).length > 0) tell({ koujing: 1, type: "set", attributes });
        give();
        return;
      case "height":
        frame.style.height = `${message.height}px`;
        return;
      case "event":
        (on[message.name] as ((detail: unknown) => void) | undefined)?.(message.detail);
        return;
      case "refused":
        on.refused?.(message.code);
    }
  };
  const hello = () => { tell({ koujing: 1, type: "hello" }); };
  window.addEventListener("message", hear);
  frame.addEventListener("load", hello);
  // One that has loaded already has no load left to wait for: of another origin, its document is out of sight then.
  if (frame.contentDocument === null || (frame.contentDocument.readyState === "complete" && frame.contentDocument.URL !== "about:blank")) hello();

  return {
    show(given) {
      shown = given;
      give();
    },
    set(more) {
      Object.assign(attributes, more);
      if (ready) tell({ koujing: 1, type: "set", attributes: more });
    },
    undo: () => { tell({ koujing: 1, type: "undo" }); },
    restart: () => { tell({ koujing: 1, type: "restart" }); },
    close() {
      window.removeEventListener("message", hear);
      frame.removeEventListener("load", hello);
    },
  };
}
