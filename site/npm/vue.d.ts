import type { DefineComponent } from "vue";
import type { Case, PanelEvents } from "koujing-panel";

type Props = { case?: Case; pack?: string; wasm?: string; worker?: string; integrity?: string; lang?: string; theme?: "light" | "dark"; keys?: "page"; size?: string; density?: "compact"; keep?: string; offline?: string } & {
  [K in keyof PanelEvents as `on${Capitalize<K>}`]?: (event: PanelEvents[K]) => void;
};

declare module "vue" {
  interface GlobalComponents {
    "koujing-panel": DefineComponent<Props>;
  }
}
