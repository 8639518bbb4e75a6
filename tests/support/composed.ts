import assert from "node:assert/strict";
import { compose, type Parts } from "../../provider/ignition/compose";

/** What is declared where a test says nothing else. */
export const nothing: Parts = {
  typed: { sshAuthorizedKeys: ["ssh-ed25519 AAAA me"] },
  butane: [],
  ignition: [],
  secrets: [],
  silence: [],
  siteUrl: "http://10.0.0.1",
  delivery: "http",
};

export const composed = (parts: Partial<Parts>, directory = "") => compose({ ...nothing, ...parts }, directory);

export async function result(parts: Partial<Parts>) {
  const { result, remarks } = await composed(parts);
  assert.ok(result, JSON.stringify(remarks));
  return { ...result, config: JSON.parse(result.body) };
}

export async function fatal(parts: Partial<Parts>): Promise<string[]> {
  const { result, remarks } = await composed(parts);
  assert.equal(result, undefined);
  return remarks.filter((remark) => remark.fatal).map(({ property, text }) => `${property}: ${text}`);
}

export const warnings = async (parts: Partial<Parts>) => (await composed(parts)).remarks.map(({ name }) => name);

export const raw = (rest: object, version = "3.4.0") => ({ ignition: { version }, ...rest });
export const file = (path: string, source: string, more = {}) =>
  raw({ storage: { files: [{ path, contents: { source }, ...more }] } });
