// The one script of a page: the panel, registered, and the engine.
import "./widget/koujing-panel-define.ts";

export * from "./engine/index.ts";
export { KoujingPanel, type Exchange, type PanelEngine, type PanelEvents } from "./widget/koujing-panel.ts";
