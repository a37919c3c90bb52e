// What a page that embeds the frame needs, and nothing of the panel.
export { embed, type Embedded, type EmbedOptions } from "./embed.ts";
