import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../tools/main";
import { setUp } from "../tools/setup";
import { table } from "../tools/table";
import { type Contender, type Row, rows } from "./scale/contender";
import { matchbox } from "./scale/matchbox";
import { ours } from "./scale/ours";
import { conclude, timed } from "./support";

/** Many `Machine`s on a plain directory, beside as many of OpenTofu's and Matchbox's, row by row in turns. */
main(async () => {
  await setUp();
  const machines = machinesAsked();
  const work = await mkdtemp(join(tmpdir(), "bench-scale-"));
  const contenders: Contender[] = [];
  try {
    for (const make of [ours, matchbox]) {
      const directory = join(work, make.name);
      await mkdir(directory);
      contenders.push(await make(directory, machines));
    }
    const seconds = new Map<Row, number[]>();
    for (const row of rows) {
      const times: number[] = [];
      for (const contender of contenders) {
        times.push(await timed(() => contender.run(row)));
        console.error(`${row}, ${contender.name}: ${times.at(-1)!.toFixed(1)} s`);
      }
      seconds.set(row, times);
    }
    const ratios = [...seconds].map(([row, [own, theirs]]) => [row, round(own! / theirs!)] as const);
    const bytes = await Promise.all(contenders.map((contender) => contender.stateBytes()));
    const stateBytesPerMachine = Math.round(bytes[0]! / machines);
    const lines = [...seconds].map(([row, times]) => [row, ...times.map((time) => time.toFixed(1))]);
    const header = ["seconds", ...contenders.map(({ name }) => name)];
    lines.push(["state, bytes a machine", ...bytes.map((size) => String(Math.round(size / machines)))]);
    conclude({ machine: Object.fromEntries(ratios), stateBytesPerMachine }, table(header, lines));
    return 0;
  } finally {
    for (const contender of contenders) await contender.remove();
  }
});

const round = (ratio: number) => Math.round(ratio * 100) / 100;

function machinesAsked(): number {
  const at = process.argv.indexOf("--machines");
  const machines = at < 0 ? 1000 : Number(process.argv[at + 1]);
  if (!Number.isInteger(machines) || machines < 1) throw new Error("--machines takes a number, like --machines 1000");
  return machines;
}
