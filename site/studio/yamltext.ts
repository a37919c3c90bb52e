import { isScalar, stringify } from "yaml";

/** A scalar as text; empty for anything else. */
export function word(node: unknown): string {
  return isScalar<string | number | boolean | null>(node) && node.value !== null ? String(node.value) : "";
}

/** A text as YAML writes it on one line, also inside braces: with quotes where it would be something else without. */
export function written(value: string): string {
  return stringify([value], { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trim().slice(1, -1);
}
