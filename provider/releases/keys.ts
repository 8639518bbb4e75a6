import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicKey } from "openpgp" with { "resolution-mode": "import" };
import { packageRoot } from "../packageRoot";
import { ReleaseProblem } from "./problem";

/** An ES module: CommonJS can only load it when it is needed. */
export const loadOpenpgp = () => import("openpgp");

const fedoraKeys = join(packageRoot, "provider", "releases", "assets", "fedora.asc");

/** Reads armored OpenPGP public keys; a block that is none is a failure of the check. */
export async function readTrustedKeys(blocks: readonly string[]): Promise<PublicKey[]> {
  const openpgp = await loadOpenpgp();
  const keys: PublicKey[] = [];
  for (const [index, block] of blocks.entries()) {
    const path = `trustedKeys[${index}]`;
    const read = await openpgp.readKeys({ armoredKeys: block }).catch((error: Error) => {
      throw new ReleaseProblem(
        "trustedKeys",
        `${path} must be an armored OpenPGP public key ("-----BEGIN PGP PUBLIC KEY BLOCK-----" ...): ${error.message}`,
      );
    });
    const secret = read.find((key) => key.isPrivate());
    if (secret) throw new ReleaseProblem("trustedKeys", `${path} holds a private key: give its public half alone`);
    keys.push(...read);
  }
  return keys;
}

/** Fedora's key for a version like "44.20260707.3.1": each major version is signed with a key of its own. */
export async function fedoraKeysFor(version: string): Promise<PublicKey[]> {
  const openpgp = await loadOpenpgp();
  const keys = await openpgp.readKeys({ armoredKeys: readFileSync(fedoraKeys, "utf8") });
  const owner = `fedora-${version.split(".")[0]}-primary@fedoraproject.org`;
  return keys.filter((key) => key.getUserIDs().some((id) => id.includes(`<${owner}>`)));
}

/** Why a key's signatures don't count any more; undefined where they do. */
export async function reasonAgainst(key: PublicKey): Promise<string | undefined> {
  if (await key.isRevoked()) return "is revoked";
  const expires = await key.getExpirationTime();
  if (expires === null) return "is not valid";
  if (expires instanceof Date && expires < new Date()) return `expired on ${expires.toISOString().slice(0, 10)}`;
  return undefined;
}
