import type { PublicKey } from "openpgp" with { "resolution-mode": "import" };
import { loadOpenpgp, reasonAgainst } from "./keys";
import { FinalAnswer } from "./transfer";

/** What takes a file's bytes one after the other, and tells in the end which key signed them. */
export interface Verification {
  write(chunk: Uint8Array): Promise<void>;
  /** The fingerprint of the key that made the signature; an error that says why it doesn't verify. */
  end(): Promise<string>;
  abort(): Promise<void>;
}

/** Verifies a detached OpenPGP signature over bytes as they come by, none of which is kept. */
export async function verification(detached: Uint8Array, keys: readonly PublicKey[]): Promise<Verification> {
  const openpgp = await loadOpenpgp();
  const signature = await openpgp.readSignature({ binarySignature: detached }).catch(() => {
    throw new FinalAnswer("its signature is no OpenPGP signature");
  });
  for (const keyID of signature.getSigningKeyIDs()) {
    const key = keys.find((candidate) => candidate.getKeys(keyID).length > 0);
    const reason = key && (await reasonAgainst(key));
    if (reason) throw new FinalAnswer(`its signature does not count: the key ${keyID.toHex()} that made it ${reason}`);
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const message = await openpgp.createMessage({ binary: readable });
  const outcome = openpgp.verify({ message, signature, verificationKeys: [...keys], format: "binary" });
  const consumed = outcome.then(async ({ data }) => {
    const reader = (data as ReadableStream<Uint8Array>).getReader();
    while (!(await reader.read()).done);
  });
  consumed.catch(() => undefined); // told by end()
  const writer = writable.getWriter();
  return {
    write: (chunk) => writer.write(chunk),
    async end() {
      await writer.close();
      await consumed;
      return signerOf((await outcome).signatures, keys);
    },
    abort: () => writer.abort().catch(() => undefined),
  };
}

type Signatures = {
  keyID: import("openpgp", { with: { "resolution-mode": "import" }}).KeyID;
  verified: Promise<true>;
}[];

async function signerOf(signatures: Signatures, keys: readonly PublicKey[]): Promise<string> {
  const reasons: string[] = [];
  for (const { keyID, verified } of signatures)
    try {
      await verified;
      return keys.find((candidate) => candidate.getKeys(keyID).length > 0)!.getFingerprint();
    } catch (error) {
      reasons.push(`key ${keyID.toHex()}: ${(error as Error).message}`);
    }
  throw new Error(reasons.join("; ") || "it holds no signature");
}
