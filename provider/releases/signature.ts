import type { PublicKey, SignaturePacket } from "openpgp" with { "resolution-mode": "import" };
import { loadOpenpgp, reasonAgainst } from "./keys";
import { FinalAnswer } from "./transfer";

/** What a detached signature is about, so that somebody else can hash the file while it comes. */
export interface Verification {
  /** Node.js' name of each signature's hash, and what is hashed behind the file's bytes (RFC 9580, 5.2.4). */
  readonly hashes: readonly { readonly algorithm: string; readonly suffix: Uint8Array }[];
  /** The fingerprint of the key that made the signature, given these digests (hex); an error that says why it doesn't verify. */
  verify(digests: readonly string[]): Promise<string>;
}

/** Verifies a detached OpenPGP signature over bytes that were hashed elsewhere. */
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
  const nothing = await openpgp.createMessage({ binary: new Uint8Array() });
  const packets = [...signature.packets] as unknown as HashablePacket[];
  const hashes = packets.map((packet) => {
    if (packet.version !== 4 || packet.signatureType !== openpgp.enums.signature.binary)
      throw new FinalAnswer("its signature is not one over a file's bytes, of version 4");
    const algorithm = openpgp.enums.read(openpgp.enums.hash, packet.hashAlgorithm!);
    return { algorithm, suffix: packet.toHash(packet.signatureType, nothing.packets[0], true) };
  });
  return {
    hashes,
    async verify(digests) {
      for (const [index, packet] of packets.entries()) packet.hashed = Buffer.from(digests[index]!, "hex");
      const { signatures } = await openpgp.verify({
        ...{ message: nothing, signature, verificationKeys: [...keys], format: "binary" },
      });
      return signerOf(signatures, keys);
    },
  };
}

/**
 * What OpenPGP.js' signatures have besides what it documents: the bytes that are hashed, and the place for a digest that is known
 * already, by which it verifies messages that come in a stream. Without it a signature would be held against the empty file, and fail.
 */
interface HashablePacket extends Pick<SignaturePacket, "version" | "signatureType" | "hashAlgorithm"> {
  toHash(type: number, data: unknown, detached: boolean): Uint8Array;
  hashed?: Uint8Array;
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
