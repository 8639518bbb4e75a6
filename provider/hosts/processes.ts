import { join } from "node:path";
import { type Host, mustRun } from "./host";

/** A daemon started by {@link Host.start}, known by its name and the directory that holds its pid file. */
export interface Daemon {
  readonly name: string;
  readonly directory: string;
}

const pidFile = (daemon: Daemon) => join(daemon.directory, `${daemon.name}.pid`);

async function pidOf(host: Host, daemon: Daemon): Promise<string | undefined> {
  return (await host.readFile(pidFile(daemon)))?.toString().trim() || undefined;
}

/** Whether the daemon still runs: the pid exists and is still that program's (pids are given out again). */
export async function isRunning(host: Host, daemon: Daemon): Promise<boolean> {
  const pid = await pidOf(host, daemon);
  if (!pid) return false;
  const seen = await host.run(["cat", `/proc/${pid}/cmdline`]).catch(() => undefined);
  return seen?.code === 0 && seen.stdout.includes(daemon.name);
}

/** When the daemon was started, milliseconds since 1970; undefined where it doesn't run. */
export async function runningSince(host: Host, daemon: Daemon): Promise<number | undefined> {
  if (!(await isRunning(host, daemon))) return undefined;
  return Number(await mustRun(host, ["stat", "--format=%.3Y", pidFile(daemon)])) * 1000;
}

export async function signal(host: Host, daemon: Daemon, name: "HUP" | "TERM" | "KILL"): Promise<void> {
  const pid = await pidOf(host, daemon);
  if (pid && (await isRunning(host, daemon))) await host.run(["kill", `-${name}`, pid]);
}

/** Ends a daemon: politely, after three seconds by force. Returns when it is gone. */
export async function stop(host: Host, daemon: Daemon): Promise<void> {
  for (const name of ["TERM", "KILL"] as const) {
    await signal(host, daemon, name);
    for (let tries = 0; tries < 60; tries++) {
      if (!(await isRunning(host, daemon))) {
        await host.remove(pidFile(daemon));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`${host.name}: ${daemon.name} (pid ${await pidOf(host, daemon)}) does not end`);
}

export async function start(host: Host, daemon: Daemon, argv: readonly string[], logFile: string): Promise<void> {
  await host.start(argv, { pidFile: pidFile(daemon), logFile, cwd: daemon.directory });
}
