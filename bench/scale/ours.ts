import { cp, readdir, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../provider/lab/sample/run";
import { packageRoot } from "../../provider/packageRoot";
import { pulumiEnvironment } from "../../tools/environment";
import { type Contender, changedIn, type Row } from "./contender";

/** `Machine`s on a server that is a plain directory. */
export async function ours(work: string, machines: number): Promise<Contender> {
  const project = join(work, "pulumi");
  const state = join(work, "state");
  await cp(join(packageRoot, "bench", "scale", "assets", "pulumi"), project, { recursive: true });
  await symlink(join(packageRoot, "node_modules"), join(project, "node_modules"));
  const declared = { MACHINES: String(machines), DIRECTORY: join(work, "server") };
  // as docs/many-machines.md has it; OpenTofu doesn't write its state after each resource either
  const environment = { ...pulumiEnvironment(state), ...declared, PULUMI_SKIP_CHECKPOINTS: "true" };
  const pulumi = (row: Row | undefined, ...args: string[]) => {
    const env = { ...environment, CHANGED: row ? changedIn(row) : "" };
    return run("pulumi", ["--cwd", project, "--non-interactive", ...args, "--stack", "bench"], { env });
  };
  await run("pulumi", ["--cwd", project, "stack", "init", "bench"], { env: environment });
  return {
    name: "pulumi-fcos-pxe",
    async run(row) {
      const command = row === "firstPreview" ? ["preview"] : ["up", "--yes", "--skip-preview"];
      await pulumi(row, ...command);
    },
    async stateBytes() {
      const stacks = join(state, ".pulumi", "stacks", "scale");
      const [file] = (await readdir(stacks)).filter((name) => name === "bench.json");
      return (await stat(join(stacks, file!))).size;
    },
    async remove() {
      await rm(work, { recursive: true, force: true });
    },
  };
}
