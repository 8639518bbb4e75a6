import { createHash } from "node:crypto";
import type { Wire } from "../wire";

/**
 * The one text of a config: keys sorted, what says nothing (null, empty objects and lists) left out, so that two ways to
 * write the same config are the same bytes. Every field of Ignition's types reads an absent value as it reads an empty one.
 */
export const canonicalJson = (value: Wire): string => JSON.stringify(sorted(value) ?? {});

export const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

function sorted(value: Wire): Wire | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item) ?? {});
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== "object") return value;
  const entries = Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key]!)] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length > 0 ? (Object.fromEntries(entries) as Wire) : undefined;
}
