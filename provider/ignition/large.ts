import type { Wire } from "../wire";
import { sha256 } from "./canonical";
import type { IgnitionJson } from "./config";
import { readDataUrl } from "./dataUrl";
import { gzip } from "./engine";

/** Contents above this are fetched by themselves, so that machines that share them share the bytes too. */
export const largestInConfig = 64 << 10;

/** A config whose large contents were moved out, and these, compressed, in base64, by the hex sha256 of their stored bytes. */
export interface Slimmed {
  readonly config: IgnitionJson;
  readonly stored: Readonly<Record<string, string>>;
}

/** Replaces large inline contents of files by a fetch from the server's store, verified and compressed (spec 3.1). */
export async function slimmed(config: IgnitionJson, storeUrl: string): Promise<Slimmed> {
  const stored: Record<string, string> = {};
  const slim = async (value: Wire): Promise<Wire> => {
    if (Array.isArray(value)) return Promise.all(value.map(slim));
    if (value === null || typeof value !== "object") return value;
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, item]) => [key, await slim(item)] as const),
    );
    const whole: { [key: string]: Wire } = Object.fromEntries(entries);
    const content = typeof whole.source === "string" ? readDataUrl(whole.source) : undefined;
    if (!content || content.length <= largestInConfig) return whole;
    const compressed = Buffer.from(await gzip(content));
    const digest = sha256(compressed);
    stored[digest] = compressed.toString("base64");
    const verification = (whole.verification as object | undefined) ?? { hash: `sha256-${sha256(content)}` };
    return { ...whole, source: `${storeUrl}/${digest}`, compression: "gzip", verification } as Wire;
  };
  const storage = (await slim(config.storage ?? {})) as Wire;
  const isEmpty = Object.keys(stored).length === 0;
  const version = isEmpty || config.ignition.version !== "3.0.0" ? config.ignition.version : "3.1.0";
  return { config: { ...config, ignition: { ...config.ignition, version }, storage }, stored };
}
