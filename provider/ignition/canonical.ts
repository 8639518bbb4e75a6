import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Wire } from "../wire";
import type { IgnitionJson } from "./config";
import { dataUrl, readDataUrl } from "./dataUrl";

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

/** No inline content may unfold to more than this, whatever its compressed size says. */
const largestInline = 64 << 20;

/**
 * Brings a merged config to one form: data URLs are encoded anew, without compression, and what is a set by its key (files,
 * directories, links, units, drop-ins) is sorted by it. Users, disks and what builds on them keep the order they were given in.
 */
export function normalForm(config: IgnitionJson): IgnitionJson {
  const normal = JSON.parse(canonicalJson(withPlainData(config))) as IgnitionJson;
  const storage = normal.storage as Record<string, Keyed[]> | undefined;
  for (const list of ["files", "directories", "links"]) storage?.[list]?.sort(by("path"));
  const units = (normal.systemd as { units?: Keyed[] } | undefined)?.units ?? [];
  units.sort(by("name"));
  for (const unit of units) (unit.dropins as Keyed[] | undefined)?.sort(by("name"));
  return normal;
}

type Keyed = Record<string, Wire>;

const by = (key: string) => (left: Keyed, right: Keyed) => (String(left[key]) < String(right[key]) ? -1 : 1);

function withPlainData(value: Wire): Wire {
  if (Array.isArray(value)) return value.map(withPlainData);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.source === "string") {
    const content = readDataUrl(value.source);
    if (content) {
      const { compression, ...rest } = value;
      const plain = compression === "gzip" ? gunzipSync(content, { maxOutputLength: largestInline }) : content;
      return { ...rest, source: dataUrl(plain) };
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPlainData(item)]));
}
