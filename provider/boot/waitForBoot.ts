import type { Host } from "../hosts/host";
import type { Site } from "../hosts/site";
import type { PowerControl } from "../power";
import { describeProgress, type Expected, type LogPosition, stepsSince } from "./progress";
import { type BootReport, latestReport } from "./reports";

export interface Wait {
  readonly host: Host;
  readonly site: Site;
  readonly machine: string;
  readonly expected: Expected;
  /** The boot digest that was declared. */
  readonly digest: string;
  readonly timeoutMs: number;
  /** When the machine was switched on, milliseconds since 1970; earlier reports tell of earlier boots. */
  readonly since: number;
  readonly logsFrom: LogPosition;
  readonly power?: PowerControl;
  /** Kernel and initramfs come by TFTP, which is slow and of which the server's log tells only when a file is through. */
  readonly isTftp?: boolean;
}

/** Thrown when a machine did not come up as declared: its last known step and the end of its console. */
export class BootFailure extends Error {}

const pollMs = 300;
/** A boot loader that is still busy asks for something more often than this. */
const silenceOf = ({ isTftp }: Wait) => (isTftp ? 300_000 : 75_000);
const consoleLines = 25;

/** Waits until the machine phoned home with the declared digest. */
export async function waitForBoot(wait: Wait): Promise<BootReport> {
  const deadline = wait.since + wait.timeoutMs;
  const heard = { steps: 0, at: wait.since };
  let cycled = false;
  for (let poll = 1; ; poll++) {
    const report = await latestReport(wait.host, wait.site, wait.expected.identity);
    if (report && report.at >= wait.since) {
      if (report.digest === wait.digest) return report;
      throw await failure(
        wait,
        `reported sha256:${report.digest} instead of sha256:${wait.digest}: it boots something else`,
      );
    }
    if (Date.now() > deadline) throw await failure(wait, `did not report within ${wait.timeoutMs / 1000} s`);
    if (poll % 10 === 0) await failEarly(wait);
    if (poll % 10 === 0 && !cycled && (await hangsInBootLoader(wait, heard))) {
      console.error(
        `${wait.machine} has been silent in its boot loader for ${silenceOf(wait) / 1000} s: restarting it once more`,
      );
      await wait.power?.cycle();
      cycled = true;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/**
 * Whether nothing was heard of the machine for long, before it came as far as its Ignition config. Network boot ROMs hang now
 * and then where a whole room boots at once, and nobody but a power cycle gets them out of it. Where there are replicas, one server's log
 * doesn't tell.
 */
async function hangsInBootLoader(wait: Wait, heard: { steps: number; at: number }): Promise<boolean> {
  if (!wait.power || wait.site.replicas) return false;
  const silenceMs = silenceOf(wait);
  const steps = await stepsSince(wait.host, wait.site, wait.logsFrom, wait.expected);
  if (steps.length > heard.steps) Object.assign(heard, { steps: steps.length, at: Date.now() });
  if (steps.some(({ what }) => /^(Ignition config|rootfs) /.test(what))) return false;
  return Date.now() - heard.at > silenceMs;
}

/** What a console shows when no more waiting will help. */
const dead = /Kernel panic|Entering emergency mode|You are in emergency mode|Could not find kernel image/;

async function failEarly(wait: Wait): Promise<void> {
  if (!wait.power) return;
  if (!(await wait.power.isOn())) throw await failure(wait, "went off while booting");
  const sign = dead.exec((await wait.power.consoleTail(200)) ?? "");
  if (sign) throw await failure(wait, `failed to boot: its console says "${sign[0]}"`);
}

async function failure(wait: Wait, what: string): Promise<BootFailure> {
  const steps = await stepsSince(wait.host, wait.site, wait.logsFrom, wait.expected);
  const progress = describeProgress(steps, wait.since, Date.now());
  const tail = await wait.power?.consoleTail(consoleLines);
  const console = tail ? `\nIts console ends:\n${tail.replace(/^/gm, "  | ")}` : "";
  return new BootFailure(`${wait.machine} (${wait.expected.identity}) ${what}; ${progress}.${console}`);
}
