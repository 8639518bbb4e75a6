import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Does something while nobody else on this machine does it. The lock is the kernel's (flock(2)), held by a process that ends
 * with this one, however this one ends.
 */
export async function exclusively<T>(file: string, work: () => Promise<T>, waiting: () => void): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = spawn("flock", [file, "sh", "-c", "echo locked; exec cat"], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<never>((_, reject) => {
    holder.on("error", reject);
    holder.on("close", (code) => reject(new Error(`flock ${file} ended with ${code}`)));
  });
  ended.catch(() => undefined);
  const locked = new Promise<void>((resolve) => holder.stdout.once("data", () => resolve()));
  const patience = setTimeout(waiting, 2000);
  try {
    await Promise.race([locked, ended]);
    clearTimeout(patience);
    return await work();
  } finally {
    clearTimeout(patience);
    holder.stdin.end();
    await ended.catch(() => undefined);
  }
}
