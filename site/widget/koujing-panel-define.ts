import { KoujingPanel } from "./koujing-panel.ts";

// Two scripts on one page may both bring the panel; the first one wins.
if (typeof customElements !== "undefined" && !customElements.get("koujing-panel")) customElements.define("koujing-panel", KoujingPanel);
