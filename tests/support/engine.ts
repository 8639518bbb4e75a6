import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";

/** A stack of the real engine, with its state and its labs in a directory of its own. */
export interface TestStack {
  readonly directory: string;
  /** What the next preview or up runs. */
  program: PulumiFn;
  readonly stack: Stack;
  /** Destroys what is left of it, and removes the directory. */
  remove(): Promise<void>;
}

export async function testStack(name: string): Promise<TestStack> {
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  const envVars = {
    PULUMI_BACKEND_URL: `file://${directory}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    XDG_STATE_HOME: join(directory, "state"),
  };
  const workDir = join(directory, "project"); // else the Automation API makes one that nobody removes
  await mkdir(workDir);
  let program: PulumiFn = async () => ({});
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "test", projectName: name, program: () => program() },
    { envVars, workDir },
  );
  return {
    directory,
    stack,
    get program() {
      return program;
    },
    set program(next) {
      program = next;
    },
    remove: async () => {
      await stack.destroy().finally(() => rm(directory, { recursive: true, force: true }));
    },
  };
}

/** One step that a preview announces. */
export interface Announced {
  readonly type: string;
  readonly name: string;
  readonly op: string;
  /** The properties that differ. */
  readonly diffs: readonly string[];
  readonly inputs: Record<string, unknown>;
}

/** What a preview announces for this package's resources, by resource name; unchanged ones included. */
export async function announced(stack: Stack): Promise<Announced[]> {
  const events: EngineEvent[] = [];
  await stack.preview({ onEvent: (event) => events.push(event) });
  return events.flatMap(({ resourcePreEvent }) => {
    if (!resourcePreEvent?.metadata.type.includes("fcos-pxe:")) return [];
    const { op, urn, type, diffs, detailedDiff, new: after } = resourcePreEvent.metadata;
    return {
      op,
      type: type.split(":").at(-1)!,
      name: urn.split("::").at(-1)!,
      diffs: diffs ?? Object.keys(detailedDiff ?? {}),
      inputs: after?.inputs ?? {},
    };
  });
}
