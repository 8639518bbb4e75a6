import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labEnvironment } from "../../bench/labEnvironment";
import { main } from "../../tools/main";
import { setUp } from "../../tools/setup";
import { foreignDhcp } from "../support/foreignDhcp";
import { type Row, rows } from "./rows";

/** Boots a real machine along every row, or those whose names hold an argument's text; `--subset`: those that always run. */
main(async () => {
  await setUp();
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  const isWanted = ({ name, always }: Row) =>
    wanted.length > 0 ? wanted.some((text) => name.includes(text)) : always || !process.argv.includes("--subset");
  let passed = 0;
  let failed = 0;
  for (const row of rows.filter(isWanted)) {
    try {
      const seconds = await boot(row);
      console.log(`${row.name.padEnd(32)} ${seconds.toFixed(1).padStart(6)} s`);
      passed++;
    } catch (error) {
      console.log(`${row.name.padEnd(32)} failed: ${(error as Error).message}`);
      failed++;
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

/** Seconds from power-on to phone-home, in a lab of its own; an error where it came there another way. */
async function boot({ hardware, machine, match, dhcp, unknownMachines, proof }: Row): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "matrix-"));
  const lab = await labEnvironment(join(directory, "lab"), { dhcp, unknownMachines });
  try {
    if (dhcp === "proxy") await foreignDhcp(join(directory, "lab"));
    const seconds = await lab.bootSeconds("node1", hardware, machine, match);
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
