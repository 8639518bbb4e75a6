import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Runs a program, hands each line that it prints to `line`, and fails with its last lines when it fails. */
export async function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; line?: (text: string) => void } = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const output: string[] = [];
  createInterface({ input: child.stdout }).on("line", (text) => output.push(text));
  createInterface({ input: child.stderr }).on("line", (text) => {
    lines.push(text);
    options.line?.(text);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0)
    throw new Error(
      `${command} ${args[0] ?? ""} failed (${code ?? "killed"}):\n${[...output, ...lines].slice(-25).join("\n")}`,
    );
  return output.join("\n");
}
