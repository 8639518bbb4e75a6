import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../directories";
import { sha256 } from "./canonical";
import { type Composed, compose, type Parts } from "./compose";
import { engineDigest } from "./engine";
import { phoneHomeUnit } from "./phoneHome";

/** Raised when this package makes another config, or says something else, of the same parts. */
const formatVersion = 5;

const known = new Map<string, Promise<Composed>>();

/**
 * What {@link compose} makes of the parts, from an earlier time where there was one: in this process, or in the cache
 * directory. Configs with secrets are not written there; what Butane reads from files is not known from its text alone.
 */
export function composeOnce(parts: Parts, filesDirectory: string): Promise<Composed> {
  if (parts.butane.some((source) => /local|trees/.test(source))) return compose(parts, filesDirectory);
  const key = sha256(JSON.stringify([formatVersion, phoneHomeUnit.contents, engineDigest(), parts]));
  let composed = known.get(key);
  if (!composed) {
    const kept = parts.secrets.length === 0 ? recall(key) : undefined;
    composed = kept ? Promise.resolve(kept) : compose(parts, filesDirectory);
    known.set(key, composed);
    if (!kept && parts.secrets.length === 0)
      composed.then((fresh) => remember(key, fresh)).catch(() => known.delete(key));
  }
  return composed;
}

const fileOf = (key: string) => join(cacheDirectory(), "ignition", "composed", key.slice(0, 2), key);

function recall(key: string): Composed | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(key), "utf8")) as Composed;
  } catch {
    return undefined;
  }
}

/** A cache that can't be written costs time, nothing else. */
function remember(key: string, composed: Composed): void {
  const file = fileOf(key);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    forgetOld(dirname(file));
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(composed), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {}
}

const month = 30 * 24 * 3600 * 1000;
const tidied = new Set<string>();

/** Looks once through each directory that is written to, so that the cache holds what was found in the last month. */
function forgetOld(directory: string): void {
  if (tidied.has(directory)) return;
  tidied.add(directory);
  for (const name of readdirSync(directory)) {
    const file = join(directory, name);
    if (Date.now() - statSync(file).mtimeMs > month) rmSync(file, { force: true });
  }
}
