import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../provider/packageRoot";

/** A machine of its own with systemd, in namespaces of this one; its root is this machine's, and nothing written stays. */
export interface SystemdHost {
  /** What leads a command into it. */
  readonly enter: string;
  stop(): Promise<void>;
}

/** Undefined where there is no systemd, or it may not be started: that takes root. */
export async function startSystemdHost(): Promise<SystemdHost | undefined> {
  if (process.getuid?.() !== 0 || !existsSync("/lib/systemd/systemd")) return undefined;
  const directory = mkdtempSync(join(tmpdir(), "systemd-"));
  const script = join(packageRoot, "tests/support/systemdHost.sh");
  const namespaces = ["--net", "--mount", "--pid", "--cgroup", "--ipc", "--uts"];
  const args = [...namespaces, "--fork", "--kill-child", "sh", script, directory];
  const unshare = spawn("unshare", args, { stdio: "ignore" });
  const ended = new Promise((resolve) => unshare.once("exit", resolve));
  const stop = async () => {
    unshare.kill("SIGKILL"); // its child, and so the whole machine, ends with it
    await ended;
    rmSync(directory, { recursive: true });
  };
  for (let tries = 0; tries < 100 && unshare.exitCode === null; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const child = readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, "utf8").trim();
    const enter = ["nsenter", "--target", child, "--net", "--mount", "--pid", "--ipc", "--uts", "--"];
    try {
      const state = execFileSync(enter[0]!, [...enter.slice(1), "systemctl", "is-system-running"], { stdio: "pipe" });
      if (state.toString().trim() === "running") return { enter: enter.join(" "), stop };
    } catch {
      // not yet
    }
  }
  await stop();
  return undefined;
}
