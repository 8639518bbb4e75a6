import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { type Connection, nameOf } from "./connection";
import { fingerprint } from "./sshHostKey";

/** What ssh2 logs in with, and how a message names it. */
export interface Credentials {
  readonly login: { privateKey?: string; passphrase?: string; agent?: string };
  readonly description: string;
  /** The line for authorized_keys; undefined where an agent holds the keys. */
  readonly publicLine?: string;
}

export function credentialsOf(connection: Connection): Credentials {
  const { privateKey, privateKeyFile, passphrase } = connection;
  if (privateKey !== undefined) return fromKey(connection, privateKey, "privateKey", passphrase);
  if (privateKeyFile !== undefined)
    return fromKey(connection, readKeyFile(connection, privateKeyFile), `privateKeyFile ${privateKeyFile}`, passphrase);
  const agent = connection.agent ?? process.env.SSH_AUTH_SOCK;
  if (agent) return { login: { agent }, description: `the keys of the SSH agent at ${agent}` };
  throw new Error(
    `there is no key for ${nameOf(connection)}: give its connection a privateKeyFile or a privateKey, or start an SSH agent`,
  );
}

function readKeyFile(connection: Connection, path: string): string {
  try {
    return readFileSync(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path, "utf8");
  } catch (error) {
    throw new Error(`cannot read the key for ${nameOf(connection)}: ${(error as Error).message}`);
  }
}

function fromKey(connection: Connection, pem: string, where: string, passphrase: string | undefined): Credentials {
  const parsed = utils.parseKey(pem, passphrase);
  // never the key itself in a message: it would end in logs
  if (parsed instanceof Error)
    throw new Error(`the ${where} of ${nameOf(connection)} is not a usable private key: ${parsed.message}`);
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  if (!key.isPrivateKey())
    throw new Error(`the ${where} of ${nameOf(connection)} is a public key, not the private one`);
  const blob = key.getPublicSSH();
  return {
    login: { privateKey: pem, passphrase },
    description: `the key ${fingerprint(blob)}`,
    publicLine: `${key.type} ${blob.toString("base64")}`,
  };
}
