import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../provider/lab/sample/run";
import { packageRoot } from "../provider/packageRoot";
import { pulumiEnvironment } from "../tools/environment";
import { main } from "../tools/main";
import { setUp } from "../tools/setup";
import { conclude, median, ratioOf, timed } from "./support";

const rounds = 5;

/** A no-op `pulumi up` of the quickstart against one of an empty TypeScript program, in turns. */
main(async () => {
  await setUp();
  const work = await mkdtemp(join(tmpdir(), "bench-noop-"));
  const environment = { ...pulumiEnvironment(join(work, "state")), XDG_STATE_HOME: join(work, "xdg-state") };
  const pulumi = (directory: string, ...args: string[]) =>
    run("pulumi", ["--cwd", directory, "--stack", "bench", "--non-interactive", ...args], { env: environment });
  const up = (directory: string) => pulumi(directory, "up", "--yes", "--skip-preview");
  const empty = join(work, "empty");
  try {
    await writeEmptyProgram(empty);
    for (const directory of [empty, packageRoot]) {
      await run("pulumi", ["--cwd", directory, "stack", "init", "bench"], { env: environment });
      await up(directory);
    }
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      theirs.push(await timed(() => up(empty)));
      ours.push(await timed(() => up(packageRoot)));
    }
    const ratio = ratioOf(ours, theirs);
    const words = `no-op up: quickstart ${median(ours).toFixed(2)} s, empty program ${median(theirs).toFixed(2)} s (medians of ${rounds}); ratio ${ratio}`;
    conclude({ ratio }, words);
    return 0;
  } finally {
    await pulumi(packageRoot, "destroy", "--yes", "--skip-preview");
    await rm(work, { recursive: true, force: true });
  }
});

/** The same settings as the quickstart, without a resource. */
async function writeEmptyProgram(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await symlink(join(packageRoot, "node_modules"), join(directory, "node_modules"));
  const quickstart = join(packageRoot, "examples", "quickstart");
  await copyFile(join(quickstart, "tsconfig.json"), join(directory, "tsconfig.json"));
  const settings = await readFile(join(packageRoot, "Pulumi.yaml"), "utf8");
  const [runtime] = /^runtime:.*\n(?: .*\n)*/m.exec(settings)!;
  await writeFile(join(directory, "Pulumi.yaml"), `name: empty\n${runtime}`);
  await writeFile(join(directory, "package.json"), '{ "name": "empty", "main": "index.ts" }\n');
  await writeFile(join(directory, "index.ts"), 'import "@pulumi/pulumi";\n');
}
