import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, mustRun } from "../../provider/hosts/host";
import { closeNamespace, labHost, openNamespace } from "../../provider/lab/namespace";
import { layNetwork } from "../../provider/lab/network";
import { installedDockerd } from "../../tools/docker";
import { daemons, rootWith } from "./rootWith";

/** A real dockerd in namespaces of its own, whose "host" network is 10.44.0.1/24 on br0, with one image. */
export interface DockerHost {
  readonly host: Host;
  readonly image: string;
  readonly directory: string;
  stop(): Promise<void>;
}

/** Undefined where there is no dockerd (Debian: docker.io), or it may not be started: that takes root. */
export async function startDockerHost(): Promise<DockerHost | undefined> {
  const dockerd = installedDockerd();
  if (process.getuid?.() !== 0 || !dockerd) return undefined;
  const directory = mkdtempSync(join(tmpdir(), "dockerd-"));
  await openNamespace(directory);
  const host = labHost(directory);
  await layNetwork(host, "10.44.0.1", 24);
  await mustRun(host, ["mount", "-t", "tmpfs", "none", "/run"]); // its socket is where every docker looks for it
  const settings = ["--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs"];
  const argv = [dockerd, `--data-root=${directory}/data`, "--exec-root=/run/docker", ...settings];
  await host.start(argv, { pidFile: `${directory}/dockerd.pid`, logFile: `${directory}/dockerd.log` });
  const stop = async () => {
    await host.run(["sh", "-c", "docker ps --quiet | xargs --no-run-if-empty docker kill"]);
    await closeNamespace(directory);
    rmSync(directory, { recursive: true });
  };
  for (let tries = 0; (await host.run(["docker", "info"])).code !== 0; tries++) {
    if (tries === 100) throw new Error(`dockerd does not answer: ${await host.readFile(`${directory}/dockerd.log`)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const image = "pxe-test:1";
  await mustRun(host, [
    "sh",
    "-c",
    `tar c -C ${rootWith(directory, [...daemons, "sh", "cp", "test", "cat", "sleep"])} . | docker import - ${image}`,
  ]);
  return { host, image, directory, stop };
}
