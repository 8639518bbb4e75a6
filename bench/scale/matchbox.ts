import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../provider/lab/sample/run";
import { packageRoot } from "../../provider/packageRoot";
import { requirePeer } from "../peers";
import { type Contender, changedIn } from "./contender";

/** OpenTofu with terraform-provider-matchbox, on a Matchbox of its own: a profile and a group for each machine. */
export async function matchbox(work: string, machines: number): Promise<Contender> {
  const project = join(work, "tofu");
  await cp(join(packageRoot, "bench", "scale", "assets", "tofu"), project, { recursive: true });
  await makeCertificates(project);
  const server = await startMatchbox(project, join(work, "data"));
  const tofu = await requirePeer("tofu");
  const provider = await requirePeer("terraform-provider-matchbox");
  const configuration = join(work, "tofurc");
  await writeFile(
    configuration,
    `provider_installation {\n  dev_overrides { "poseidon/matchbox" = "${dirname(provider)}" }\n  direct {}\n}\n`,
  );
  const variables = ["-var", `machines=${machines}`, "-var", `endpoint=127.0.0.1:${server.port}`];
  return {
    name: "OpenTofu + Matchbox",
    async run(row) {
      const command = row === "firstPreview" ? ["plan"] : ["apply", "-auto-approve"];
      const args = [`-chdir=${project}`, ...command, "-no-color", "-input=false", ...variables];
      await run(tofu, [...args, "-var", `changed=${changedIn(row)}`], { env: { TF_CLI_CONFIG_FILE: configuration } });
    },
    stateBytes: async () => (await stat(join(project, "terraform.tfstate"))).size,
    async remove() {
      server.process.kill();
      await once(server.process, "exit");
      await rm(work, { recursive: true, force: true });
    },
  };
}

/** Matchbox takes changes only from clients with a certificate of its CA. */
async function makeCertificates(directory: string): Promise<void> {
  const openssl = (...args: string[]) => run("openssl", args, { cwd: directory });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  await openssl("req", "-x509", ...key, "-subj", "/CN=bench", "-keyout", "ca.key", "-out", "ca.crt");
  for (const name of ["server", "client"]) {
    const names = ["-addext", "subjectAltName=IP:127.0.0.1"];
    const issuer = ["-CA", "ca.crt", "-CAkey", "ca.key"];
    await openssl(
      "req",
      "-x509",
      ...key,
      ...issuer,
      ...names,
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
    );
  }
}

async function startMatchbox(certificates: string, data: string): Promise<{ port: number; process: ChildProcess }> {
  const executable = await requirePeer("matchbox");
  const [web, rpc] = [await freePort(), await freePort()];
  const assets = join(data, "assets");
  await mkdir(assets, { recursive: true });
  const args = [
    `-address=127.0.0.1:${web}`,
    `-rpc-address=127.0.0.1:${rpc}`,
    `-data-path=${data}`,
    `-assets-path=${assets}`,
    `-cert-file=${join(certificates, "server.crt")}`,
    `-key-file=${join(certificates, "server.key")}`,
    `-ca-file=${join(certificates, "ca.crt")}`,
  ];
  const process = spawn(executable, args, { stdio: "ignore" });
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await answers(rpc)) return { port: rpc, process };
    await sleep(100);
  }
  process.kill();
  throw new Error("Matchbox does not answer");
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy() !== undefined));
    socket.on("error", () => resolve(false));
  });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
