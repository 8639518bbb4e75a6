import { nearest } from "../nearest";
import type { ReportEntry, Verdict } from "./engine";
import { knownKeys } from "./structure";

/** What was found wrong or doubtful, in which argument. */
export interface Remark {
  /** "butane[0]"; empty: in the config as a whole. */
  readonly property: string;
  /** What `silence` calls it; absent: an error that nothing can silence. */
  readonly name?: string;
  readonly fatal: boolean;
  readonly text: string;
}

/** Where a report comes from. */
export interface Source {
  /** Lines and columns are those of a text that a person wrote. */
  readonly isText: boolean;
  readonly isButane?: boolean;
  /** Of an Ignition config, where it is a known one. */
  readonly spec?: string;
}

/** Ignition's report in this package's words where they say more: its messages are kept, what would do is added. */
export function remarksOf(property: string, verdict: Verdict, source: Source): Remark[] {
  const remarks = verdict.entries.map((entry): Remark => {
    const name = nameOf(entry);
    // A key that nothing reads is a mistake that only shows when the machine lacks what it stood for.
    const fatal = entry.kind === "error" || name === "unused-key";
    const report = placed(entry, source.isText).replace(/^warning/, fatal ? "error" : "warning");
    const text = `${report}${suggestion(entry, source)}`;
    return { property, fatal, text, name: entry.kind === "error" ? undefined : name };
  });
  if (verdict.error !== undefined && !verdict.entries.some(({ kind }) => kind === "error"))
    remarks.push({ property, fatal: true, text: `error: ${verdict.error}` });
  return remarks;
}

function placed({ kind, path, message, at, text }: ReportEntry, isText: boolean): string {
  if (isText && at?.line !== 0) return text;
  return `${kind}${path && path !== "$" ? ` at ${path}` : ""}: ${message}`;
}

function nameOf({ message }: ReportEntry): string {
  if (message.startsWith("unused key")) return "unused-key";
  return /\[Install\]|install section/i.test(message) ? "no-install" : "ignition";
}

function suggestion({ message, path }: ReportEntry, { isButane = false, spec = "3.6.0" }: Source): string {
  const key = /^unused key (.+)$/.exec(message)?.[1];
  if (key === undefined) return "";
  const parent = path.split(".").slice(0, -1).join(".");
  const keys = isButane
    ? [...knownKeys(camelCase(parent), spec).map(snakeCase), ...butaneOnly]
    : knownKeys(parent, spec);
  const likely = nearest(key, keys);
  if (likely !== undefined) return `: did you mean ${likely}?`;
  return !isButane && keys.length > 0 && keys.length < 12 ? ` (there are ${keys.join(", ")})` : "";
}

/** What Butane has beyond Ignition, at whatever place. */
const butaneOnly = [
  ...["variant", "version", "metadata", "boot_device", "grub", "openshift", "extensions", "trees"],
  ...["inline", "local", "contents_local", "ssh_authorized_keys_local", "with_mount_unit", "layout", "mirror", "luks"],
];

const camelCase = (word: string) => word.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snakeCase = (word: string) => word.replace(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`);
