import type { PublicKey } from "openpgp" with { "resolution-mode": "import" };

/** An ES module: CommonJS can only load it when it is needed. */
const loadOpenpgp = () => import("openpgp");

/** The keys whose signatures count, as armored blocks. */
export async function readKeys(armored: readonly string[]): Promise<PublicKey[]> {
  const openpgp = await loadOpenpgp();
  const keys: PublicKey[] = [];
  for (const block of armored) keys.push(...(await openpgp.readKeys({ armoredKeys: block })));
  return keys;
}

/** Verifies a detached signature over bytes; the fingerprint of the key that made it, or an error that says why not. */
export async function verifySignature(
  bytes: Uint8Array,
  detached: Uint8Array,
  keys: readonly PublicKey[],
): Promise<string> {
  const openpgp = await loadOpenpgp();
  const signature = await openpgp.readSignature({ binarySignature: detached });
  const message = await openpgp.createMessage({ binary: bytes });
  const { signatures } = await openpgp.verify({ message, signature, verificationKeys: [...keys], format: "binary" });
  const reasons: string[] = [];
  for (const { keyID, verified } of signatures)
    try {
      await verified;
      const key = keys.find((candidate) => candidate.getKeys(keyID).length > 0)!;
      return key.getFingerprint();
    } catch (error) {
      reasons.push(`key ${keyID.toHex()}: ${(error as Error).message}`);
    }
  throw new Error(reasons.join("; ") || "it holds no signature");
}
