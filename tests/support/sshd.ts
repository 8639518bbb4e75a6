import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Connection } from "../../provider/hosts/connection";

/** A real sshd on loopback with keys of its own, as an ordinary process. */
export interface Sshd {
  readonly connection: Connection & { privateKey: string; hostKey: string };
  /** Its directory: keys, configuration, log. */
  readonly directory: string;
  log(): string;
  stop(): Promise<void>;
}

const sshdPath = "/usr/sbin/sshd";

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function makeKey(file: string, passphrase = "", type = "ed25519"): { privateKey: string; publicKey: string } {
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", file]);
  return { privateKey: readFileSync(file, "utf8"), publicKey: readFileSync(`${file}.pub`, "utf8").trim() };
}

/** `settings` are lines for sshd_config; `enter` is put before the command, to start it in a namespace. */
export async function startSshd(
  settings: readonly string[] = [],
  {
    enter = [],
    address = "127.0.0.1",
    environment = "",
  }: { enter?: readonly string[]; address?: string; environment?: string } = {},
): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), "sshd-"));
  const host = makeKey(join(directory, "host"));
  const user = makeKey(join(directory, "user"));
  writeFileSync(join(directory, "authorized_keys"), `${user.publicKey}\n`);
  const port = await freePort();
  const config = [
    `ListenAddress ${address}:${port}`,
    `HostKey ${directory}/host`,
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PidFile none",
    "LogLevel VERBOSE",
    `SetEnv HOME=${directory} ${environment}`, // whatever start-up files the user of this machine has, they are not the test's
    ...settings,
  ];
  writeFileSync(join(directory, "config"), `${config.join("\n")}\n`);
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const line = [...enter, sshdPath, "-D", "-E", join(directory, "log"), "-f", join(directory, "config")];
  const child = spawn(line[0]!, line.slice(1), { stdio: "ignore" });
  const log = () => readFileSync(join(directory, "log"), "utf8");
  await listening(child, log);
  const { username } = userInfo();
  return {
    directory,
    log,
    connection: {
      host: address,
      port,
      user: username,
      hostKey: host.publicKey,
      privateKey: user.privateKey,
      sudo: false,
    },
    stop: () => stop(child, directory),
  };
}

async function listening(child: ChildProcess, log: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${log()}`);
    try {
      if (/Server listening/.test(log())) return;
    } catch {
      // no log yet
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("sshd does not listen");
}

async function stop(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
  }
  rmSync(directory, { recursive: true });
}
