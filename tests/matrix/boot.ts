import { readFileSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labEnvironment } from "../../bench/labEnvironment";
import { foreignDhcp } from "../support/foreignDhcp";
import type { Row } from "./rows";

/** Seconds from power-on to phone-home, in a lab of its own; an error where it came there another way. */
export async function bootSeconds({ hardware, machine, match, server, outage, proof }: Row): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "matrix-"));
  const served = join(directory, "lab", "server");
  const lab = await labEnvironment(join(directory, "lab"), server);
  const ofKernel = (expected: RegExp) => new RegExp(expected.source.replace("KERNEL", lab.kernel));
  const logs = () =>
    ["dnsmasq.log", "access.json"].map((name) => readFileSync(join(served, "log", name), "utf8")).join("\n");
  const kernel = join(served, "http", "store", "sha256", lab.kernel);
  const ended = new AbortController();
  const missing = outage && kernelMissing(kernel, logs, ofKernel(outage), ended.signal);
  try {
    if (server?.dhcp === "proxy") await foreignDhcp(join(directory, "lab"));
    const seconds =
      match === "architecture"
        ? await lab.bootSecondsOfAny("node1", hardware)
        : await lab.bootSeconds("node1", hardware, machine, match);
    const logged = logs();
    for (const pattern of [...(outage ? [outage] : []), ...proof].map(ofKernel))
      if (!pattern.test(logged)) throw new Error(`it booted, but the server's logs hold nothing like ${pattern}`);
    return seconds;
  } finally {
    ended.abort();
    await missing;
    await lab.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Takes a kernel away when the machine is on, which is after all was published, until it was asked for in vain. */
async function kernelMissing(kernel: string, logs: () => string, missed: RegExp, signal: AbortSignal) {
  const seen = async (pattern: RegExp) => {
    while (!signal.aborted && !pattern.test(logs())) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await seen(/DHCPDISCOVER/);
  await rename(kernel, `${kernel}.away`);
  await seen(missed);
  await rename(`${kernel}.away`, kernel);
}
