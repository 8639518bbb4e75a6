import type { Wire } from "../wire";
import { sha256 } from "./canonical";
import type { IgnitionJson } from "./config";
import { readDataUrl } from "./dataUrl";
import { largestInConfig } from "./large";
import { phoneHomeUnit } from "./phoneHome";
import { holdsSecret, masked, type Secrets, withoutSecrets } from "./secrets";

type Piece = { readonly [key: string]: Wire | undefined };

/**
 * Longer texts are told by size and digest, as they lie in files of their own. Of the others Pulumi shows the changed lines
 * with two around them, however long they are; what their length costs is state.
 */
const longestText = largestInConfig;

/**
 * What a config does, as a map from what a person calls a thing to what becomes of it: its diff is what Pulumi shows. The
 * text of files and units is there as it is, so that a change of it is shown line by line; what holds a secret is not.
 */
export function describe(
  config: IgnitionJson,
  secrets: Secrets = { values: [], whole: false },
): Record<string, string> {
  const told: [string, string][] = [];
  const tell = (what: string, words: readonly (string | false | undefined)[], text?: string) => {
    const head = words.filter(Boolean).join(", ");
    told.push([what, text === undefined ? head : head ? `${head}\n${text}` : text]);
  };
  const { ignition, passwd, storage, systemd, kernelArguments } = config as unknown as Record<
    string,
    Piece | undefined
  >;
  for (const user of list(passwd?.users)) tell(`user ${user.name}`, userWords(user));
  for (const group of list(passwd?.groups)) tell(`group ${group.name}`, [json(omit(group, "name", "passwordHash"))]);
  for (const file of list(storage?.files)) {
    const { words, text } = contentOf(file.contents as Piece | undefined, secrets);
    const appended = list(file.append).map((part) => contentOf(part, secrets));
    const text2 = [text, ...appended.map((part) => part.text && `appended:\n${part.text}`)].filter(Boolean).join("\n");
    const more = appended.flatMap((part) => part.words.map((word) => `append ${word}`));
    tell(`${file.path}`, [...nodeWords(file, 0o644), ...words, ...more], text2 || undefined);
  }
  for (const directory of list(storage?.directories)) tell(`directory ${directory.path}`, nodeWords(directory, -1));
  for (const link of list(storage?.links))
    tell(`link ${link.path}`, [`-> ${link.target}`, link.hard === true && "hard", ...nodeWords(link, -1)]);
  for (const disk of list(storage?.disks)) {
    tell(`disk ${disk.device}`, [disk.wipeTable === true ? "partition table wiped" : "partition table kept"]);
    for (const part of list(disk.partitions))
      tell(`disk ${disk.device} partition ${part.number || part.label}`, [json(part)]);
  }
  for (const array of list(storage?.raid)) tell(`raid ${array.name}`, [json(omit(array, "name"))]);
  for (const volume of list(storage?.luks)) tell(`luks ${volume.name}`, [json(omit(volume, "name", "keyFile"))]);
  for (const filesystem of list(storage?.filesystems))
    tell(`filesystem ${filesystem.device}`, [json(omit(filesystem, "device"))]);
  for (const unit of list(systemd?.units)) {
    if (unit.name === phoneHomeUnit.name && unit.contents === phoneHomeUnit.contents) continue;
    const words = [
      unit.enabled === true && "enabled",
      unit.enabled === false && "disabled",
      unit.mask === true && "masked",
    ];
    const { contents } = unit;
    if (words.some(Boolean) || contents !== undefined || list(unit.dropins).length === 0)
      tell(`unit ${unit.name}`, words, contents === undefined ? undefined : bounded(String(contents), secrets));
    for (const part of list(unit.dropins))
      tell(`unit ${unit.name} drop-in ${part.name}`, [], bounded(String(part.contents ?? ""), secrets));
  }
  for (const [key, value] of Object.entries(kernelArguments ?? {}))
    tell(`kernel arguments ${key}`, [(value as string[]).join(" ")]);
  const { config: others, proxy, security, timeouts } = (ignition ?? {}) as Record<string, Piece | undefined>;
  for (const merged of list(others?.merge)) tell(`merged config ${nameOf(merged)}`, contentOf(merged, secrets).words);
  if (others?.replace) tell("replaced by config", [nameOf(others.replace as Piece)]);
  if (proxy) tell("proxy of Ignition", [json(proxy)]);
  if (timeouts) tell("timeouts of Ignition", [json(timeouts)]);
  const authorities = (security?.tls as Piece | undefined)?.certificateAuthorities;
  for (const authority of list(authorities)) tell(`certificate authority ${nameOf(authority)}`, []);
  // A digest would let a secret be guessed: what holds one is only said to be secret.
  const shown = told.map(
    ([what, how]) => [withoutSecrets(what, secrets), holdsSecret(how, secrets) ? masked : how] as const,
  );
  return Object.fromEntries(shown.sort(([left], [right]) => (left < right ? -1 : 1)));
}

const list = (value: Wire | undefined): Piece[] => (Array.isArray(value) ? (value as Piece[]) : []);

const json = (value: Piece) => (Object.keys(value).length > 0 ? JSON.stringify(value) : "");

const omit = (value: Piece, ...keys: string[]): Piece =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

function userWords(user: Piece): (string | false)[] {
  const keys = (user.sshAuthorizedKeys ?? []) as string[];
  return [
    ...keys.map(keyWords),
    user.passwordHash !== undefined && "password",
    json(omit(user, "name", "sshAuthorizedKeys", "passwordHash")),
  ];
}

/** Type, end and comment of a public key: all keys of a type begin alike. */
function keyWords(key: string): string {
  const [type, data = "", ...comment] = key.trim().split(/\s+/);
  return ["key", type, data.length > 16 ? `...${data.slice(-12)}` : data, ...comment].join(" ").trim();
}

function nodeWords(node: Piece, usualMode: number): (string | false)[] {
  const owner = (node.user ?? {}) as Piece;
  const group = (node.group ?? {}) as Piece;
  const named = (who: Piece) => who.name ?? who.id;
  const mode = node.mode as number | undefined;
  return [
    mode !== undefined && mode !== usualMode && `mode ${mode.toString(8).padStart(4, "0")}`,
    named(owner) !== undefined && `user ${named(owner)}`,
    named(group) !== undefined && `group ${named(group)}`,
  ];
}

function contentOf(resource: Piece | undefined, secrets: Secrets): { words: string[]; text?: string } {
  if (typeof resource?.source !== "string") return { words: [] };
  const bytes = readDataUrl(resource.source);
  const hash = (resource.verification as Piece | undefined)?.hash;
  if (!bytes) return { words: [`from ${resource.source}${hash ? ` ${hash}` : ""}`] };
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes) && !text.includes("\0");
  if (isText && holdsSecret(text, secrets)) return { words: [masked] };
  if (!isText || bytes.length > longestText) return { words: [`${bytes.length} bytes sha256:${sha256(bytes)}`] };
  return { words: [], text };
}

const bounded = (text: string, secrets: Secrets) =>
  text.length > longestText && !holdsSecret(text, secrets)
    ? `${Buffer.byteLength(text)} bytes sha256:${sha256(text)}`
    : text;

const nameOf = (resource: Piece) => {
  const source = String(resource.source);
  return source.startsWith("data:") ? `sha256:${sha256(source).slice(0, 16)}` : source;
};
