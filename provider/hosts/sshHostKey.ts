import { createHash } from "node:crypto";
import { type Connection, nameOf } from "./connection";

/** The text form of a host key's wire form (RFC 4253, 6.6): its type is the first string in it. */
export const hostKeyText = (key: Buffer) =>
  `${key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1")} ${key.toString("base64")}`;

/** As ssh-keygen -l prints it. */
export const fingerprint = (key: Buffer) =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

const pinnedKey = (hostKey: string) => Buffer.from(hostKey.trim().split(/\s+/)[1] ?? "", "base64");

/** Undefined where the key that a server shows is the pinned one; else what is wrong, and what to do. */
export function hostKeyProblem(connection: Connection, shown: Buffer): string | undefined {
  const name = nameOf(connection);
  const got = `${hostKeyText(shown).split(" ")[0]} ${fingerprint(shown)}`;
  if (!connection.hostKey)
    return (
      `${name} is not known: it shows the host key ${got}. If ssh-keygen -lf on the key in its /etc/ssh says the same, ` +
      `add to the connection: hostKey: "${hostKeyText(shown)}"`
    );
  const pinned = pinnedKey(connection.hostKey);
  if (pinned.equals(shown)) return undefined;
  return (
    `${name} is not the host that was declared: expected the host key ${hostKeyText(pinned).split(" ")[0]} ` +
    `${fingerprint(pinned)}, got ${got}. Somebody may be in between. If the host was installed anew, ` +
    `set hostKey: "${hostKeyText(shown)}" in the connection`
  );
}

/** The pinned key's algorithms first, so that a server with several host keys shows that one. */
export function hostKeyAlgorithms(hostKey: string | undefined): string[] {
  const type = hostKey?.trim().split(/\s+/)[0];
  const all = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
  ];
  const own = (algorithm: string) => algorithm === type || (type === "ssh-rsa" && algorithm.startsWith("rsa-"));
  return [...all.filter(own), ...all.filter((algorithm) => !own(algorithm))];
}
