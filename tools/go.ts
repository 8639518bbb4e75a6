import { spawnSync } from "node:child_process";

const oldest = [1, 25] as const;

/** Go builds Ignition (for the lab's release and as WebAssembly) and, where it can't be downloaded, the Pulumi CLI. */
export async function requireGo(): Promise<void> {
  const { stdout } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  const match = /go(\d+)\.(\d+)/.exec(stdout ?? "");
  const wanted = oldest.join(".");
  if (!match) throw new Error(`Go ${wanted} or newer is needed on PATH: see go.dev/doc/install`);
  if (Number(match[1]) === oldest[0] && Number(match[2]) < oldest[1])
    throw new Error(`Go ${wanted} or newer is needed, this is ${match[0]}: see go.dev/doc/install`);
}
