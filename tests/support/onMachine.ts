import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { labHost } from "../../provider/lab/namespace";

/** A key with which a test logs in to machines. */
export interface LoginKey {
  readonly file: string;
  /** The line for authorized_keys. */
  readonly publicLine: string;
}

export function loginKey(directory: string): LoginKey {
  const file = join(directory, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file]);
  return { file, publicLine: readFileSync(`${file}.pub`, "utf8").trim() };
}

/** What a command prints on a machine of a lab, over SSH as `core`. */
export async function onMachine(
  machine: { lab: string; address: string },
  key: LoginKey,
  command: string,
): Promise<string> {
  const quiet = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
  const argv = ["ssh", "-i", key.file, ...quiet, "-o", "ConnectTimeout=30", `core@${machine.address}`, command];
  const { code, stdout, stderr } = await labHost(machine.lab).run(argv);
  assert.equal(code, 0, stderr || stdout);
  return stdout.trim();
}

/** A test for each thing that a machine is to have: what, the command that shows it, and what that prints. */
export function shows(
  expectations: readonly (readonly [what: string, command: string, expected: string | RegExp])[],
  run: (command: string) => Promise<string>,
): void {
  for (const [what, command, expected] of expectations)
    it(what, async () => {
      const printed = await run(command);
      if (typeof expected === "string") assert.equal(printed, expected);
      else assert.match(printed, expected);
    });
}
