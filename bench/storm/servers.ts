import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { link, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nginxConfig } from "../../provider/boot/nginx";
import { cacheDirectory } from "../../provider/directories";
import { type Site, sitePaths } from "../../provider/hosts/site";
import { run } from "../../provider/lab/sample/run";
import { type Kind, macOf } from "./environment";

/** A server under test, on a port of loopback. */
export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

/** Ours: the configuration that a PxeServer's nginx has, logs and all. */
export async function startOurs(site: Site, port: number): Promise<Server> {
  const { etc, log, run: runDirectory } = sitePaths(site);
  for (const directory of [etc, log, runDirectory]) await mkdir(directory, { recursive: true });
  const config = join(etc, "nginx.conf");
  await writeFile(config, nginxConfig(site, { address: "127.0.0.1", port, runAs: "container" }));
  return started("nginx", ["-e", "stderr", "-c", config], port);
}

/** nginx with nothing but what it takes to send files fast, without a log. */
export async function startBare(directory: string, root: string): Promise<Server> {
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${directory}/${name};`)
    .join("\n");
  const config = join(directory, "bare.conf");
  const user = process.getuid?.() === 0 ? "user root root;" : "";
  await writeFile(
    config,
    `daemon off;
${user}
worker_processes auto;
pid ${directory}/bare.pid;
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
${temporary}
  server { listen 127.0.0.1:${port}; root ${root}; }
}
`,
  );
  return started("nginx", ["-e", "stderr", "-c", config], port);
}

/** Matchbox with one group a machine, as its documentation has it, and the same files as assets. */
export async function startMatchbox(directory: string, files: Record<Kind, string>, machines: number): Promise<Server> {
  const data = join(directory, "data");
  const assets = join(directory, "assets");
  for (const part of ["groups", "profiles", "ignition"]) await mkdir(join(data, part), { recursive: true });
  await mkdir(assets);
  for (const kind of Object.keys(files) as Kind[]) await link(files[kind], join(assets, kind));
  const profile = {
    id: "compute",
    name: "compute",
    ignition_id: "compute.ign",
    boot: {
      kernel: "/assets/kernel",
      initrd: ["--name main /assets/initramfs"],
      args: ["initrd=main", "coreos.live.rootfs_url=http://server/assets/rootfs", "ignition.firstboot"],
    },
  };
  await writeFile(join(data, "profiles", "compute.json"), JSON.stringify(profile));
  const motd = { path: "/etc/motd", contents: { source: `data:,${"hello%0A".repeat(200)}` } };
  const config = { ignition: { version: "3.3.0" }, storage: { files: [motd] } };
  await writeFile(join(data, "ignition", "compute.ign"), JSON.stringify(config));
  for (let number = 0; number < machines; number++) {
    const group = { id: `node${number}`, name: `node${number}`, profile: "compute", selector: { mac: macOf(number) } };
    await writeFile(join(data, "groups", `node${number}.json`), JSON.stringify(group));
  }
  const port = await freePort();
  const places = ["-data-path", data, "-assets-path", assets];
  return started(await matchboxBinary(), ["-address", `127.0.0.1:${port}`, ...places, "-log-level", "error"], port);
}

const matchboxVersion = "v0.11.0";

/** Matchbox, built once from its Go module. */
async function matchboxBinary(): Promise<string> {
  const binary = join(cacheDirectory(), "peers", matchboxVersion, "matchbox");
  if (existsSync(binary)) return binary;
  console.error("building Matchbox from its Go module (a minute or two, once)");
  const work = await mkdtemp(join(tmpdir(), "matchbox-"));
  try {
    const path = "github.com/poseidon/matchbox/cmd/matchbox";
    await writeFile(join(work, "go.mod"), "module build\n\ngo 1.25\n");
    await writeFile(join(work, "tools.go"), `//go:build tools\n\npackage tools\n\nimport _ "${path}"\n`);
    await run("go", ["get", `${path}@${matchboxVersion}`], { cwd: work });
    await run("go", ["build", "-trimpath", "-o", join(work, "matchbox"), path], { cwd: work });
    await mkdir(dirname(binary), { recursive: true });
    await run("cp", [join(work, "matchbox"), `${binary}.${process.pid}`]);
    await rename(`${binary}.${process.pid}`, binary);
    return binary;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function started(command: string, args: string[], port: number): Promise<Server> {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], env });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  for (let tries = 0; !(await answers(port)); tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`${command} does not answer: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { port, stop: () => stopped(child) };
}

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );

async function stopped(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
