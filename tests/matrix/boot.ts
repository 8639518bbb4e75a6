import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labEnvironment } from "../../bench/labEnvironment";
import { foreignDhcp } from "../support/foreignDhcp";
import type { Row } from "./rows";

/** Seconds from power-on to phone-home, in a lab of its own; an error where it came there another way. */
export async function bootSeconds({ hardware, machine, match, server, proof }: Row): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "matrix-"));
  const lab = await labEnvironment(join(directory, "lab"), server);
  try {
    if (server?.dhcp === "proxy") await foreignDhcp(join(directory, "lab"));
    const seconds =
      match === "architecture"
        ? await lab.bootSecondsOfAny("node1", hardware)
        : await lab.bootSeconds("node1", hardware, machine, match);
    const log = join(directory, "lab", "server", "log");
    const logs = ["dnsmasq.log", "access.json"].map((name) => readFileSync(join(log, name), "utf8")).join("\n");
    for (const expected of proof) {
      const pattern = new RegExp(expected.source.replace("KERNEL", lab.kernel));
      if (!pattern.test(logs)) throw new Error(`it booted, but the server's logs hold nothing like ${pattern}`);
    }
    return seconds;
  } finally {
    await lab.remove();
    await rm(directory, { recursive: true, force: true });
  }
}
