// The one script of a page: the panel, registered, and the engine.
import "./widget/koujing-panel-define.ts";

export * from "./engine/index.ts";
export type { Exchange, PanelEngine, PanelEvents } from "./widget/events.ts";
export { KoujingPanel } from "./widget/koujing-panel.ts";
