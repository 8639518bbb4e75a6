import { existsSync, readFileSync } from "node:fs";
import { link, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sampleCache } from "./paths";

/** OpenPGP.js is an ES module, which CommonJS reaches by `import()` alone. */
const load = () => import("openpgp");

/** Signs what the lab publishes: a detached binary OpenPGP signature over the bytes as they are served. */
export interface Signer {
  /** Armored. */
  publicKey: string;
  /** Upper-case hexadecimal. */
  fingerprint: string;
  sign: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** The lab's own key. It is made once and kept, so that what a user pinned stays true when the sample is rebuilt. */
export async function labSigner(path = join(sampleCache(), "signing-key.private.asc")): Promise<Signer> {
  if (!existsSync(path)) await createKey(path);
  const openpgp = await load();
  const key = await openpgp.readPrivateKey({ armoredKey: readFileSync(path, "utf8") });
  return {
    publicKey: key.toPublic().armor(),
    fingerprint: key.getFingerprint().toUpperCase(),
    sign: async (bytes) =>
      openpgp.sign({
        message: await openpgp.createMessage({ binary: bytes }),
        signingKeys: key,
        detached: true,
        format: "binary",
      }),
  };
}

/** A second builder at the same moment must end with the same key: the first complete file wins. */
async function createKey(path: string): Promise<void> {
  const { privateKey } = await (await load()).generateKey({
    type: "rsa",
    rsaBits: 3072,
    userIDs: [{ name: "pulumi-fcos-pxe lab" }],
    date: new Date("2020-01-01T00:00:00Z"),
    format: "armored",
  });
  await mkdir(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, privateKey, { mode: 0o600 });
  await link(mine, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(mine);
}
