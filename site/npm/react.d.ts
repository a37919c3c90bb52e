import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { Case, KoujingPanel, PanelEvents } from "koujing-panel";

/** React sets what the element has as a property, `case`, and listens to `on` and the event's name. */
export type KoujingPanelProps = DetailedHTMLProps<HTMLAttributes<KoujingPanel>, KoujingPanel> & {
  case?: Case;
  pack?: string;
  wasm?: string;
  worker?: string;
  integrity?: string;
  theme?: "light" | "dark";
  keys?: "page";
  size?: string;
  density?: "compact";
  keep?: string;
  offline?: string;
} & { [K in keyof PanelEvents as `on${K}`]?: (event: PanelEvents[K]) => void };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "koujing-panel": KoujingPanelProps;
    }
  }
}
