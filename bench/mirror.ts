import { spawn } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../provider/lab/sample/run";
import { packageRoot } from "../provider/packageRoot";
import type { PublishedFile, PublishedRelease } from "../provider/releases/metadata";
import { main } from "../tools/main";
import { setUp } from "../tools/setup";
import { table } from "../tools/table";
import { requireCoreosInstaller } from "./peers";
import { conclude, median, ratioOf, timed } from "./support";

const rounds = 3;
const mebibyte = 1 << 20;
/** A kernel, an initramfs and a rootfs in about the proportions of a real release, 1 GiB together. */
const sizes = { kernel: 16 * mebibyte, initramfs: 88 * mebibyte, rootfs: 920 * mebibyte };

/** Download and both verifications of a 1 GiB release from nginx on this machine, against curl and what people script. */
main(async () => {
  await setUp();
  const installer = await requireCoreosInstaller();
  const work = await mkdtemp(join(tmpdir(), "bench-mirror-"));
  const environment = { GNUPGHOME: join(work, "gnupg") };
  const web = join(work, "web");
  const server = await serve(work, web);
  try {
    const published = await publish(web, server.base, environment);
    const files = Object.values(published.files);
    const target = (name: string) => join(work, "target", name);
    const keyring = join(work, "keyring.gpg");
    const curl = (file: PublishedFile, name: string) => run("curl", ["-sf", "-o", target(name), file.location]);
    const contenders: Record<string, () => Promise<unknown>> = {
      ours: () => mirrorOnce(work, published.release, published.publicKey),
      curl: async () => {
        for (const [index, file] of files.entries()) await curl(file, `${index}`);
      },
      sequential: async () => {
        for (const [index, file] of files.entries()) {
          await curl(file, `${index}`);
          await run("curl", ["-sf", "-o", target(`${index}.sig`), file.signature!]);
          const [found] = (await run("sha256sum", [target(`${index}`)])).split(" ");
          if (found !== file.sha256) throw new Error("the reference got other bytes");
          await run("gpgv", ["--keyring", keyring, target(`${index}.sig`), target(`${index}`)]);
        }
      },
      coreosInstaller: async () => {
        const args = ["download", "--stream-base-url", `${server.base}/streams/`, "--stream", "stable"];
        const what = ["--platform", "metal", "--format", "pxe", "--directory", target("installer")];
        await run(installer!, [...args, ...what], { env: { PATH: `${join(work, "bin")}:${process.env.PATH}` } });
      },
    };
    if (!installer) delete contenders.coreosInstaller;
    await run("gpg", ["--batch", "--export", "--output", keyring], { env: environment });
    await trustInsteadOfFedora(join(work, "bin"), keyring);
    const seconds: Record<string, number[]> = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
    let peakMB = 0;
    for (let round = 0; round < rounds; round++)
      for (const [name, contender] of Object.entries(contenders)) {
        await rm(join(work, "target"), { recursive: true, force: true });
        await mkdir(target("installer"), { recursive: true });
        let result: unknown;
        const time = await timed(async () => {
          result = await contender();
        });
        seconds[name]!.push(name === "ours" ? (result as Mirrored).seconds : time);
        if (name === "ours") peakMB = Math.max(peakMB, (result as Mirrored).peakMB);
      }
    const against = (name: string) => (seconds[name] ? ratioOf(seconds.ours!, seconds[name]) : undefined);
    const found = {
      vsCurl: against("curl"),
      vsSequential: against("sequential"),
      vsCoreosInstaller: against("coreosInstaller"),
      peakMB: Math.round(peakMB),
    };
    const lines = Object.entries(seconds).map(([name, times]) => [name, median(times).toFixed(2)]);
    conclude(found, `${table(["1 GiB", `seconds (median of ${rounds})`], lines)}\n${JSON.stringify(found)}`);
    return 0;
  } finally {
    server.process.kill();
    await once(server.process, "exit");
    await rm(work, { recursive: true, force: true });
  }
});

interface Mirrored {
  readonly seconds: number;
  readonly peakMB: number;
}

/** coreos-installer trusts the keys that it was built with alone: the gpg that it finds here imports ours in their place. */
async function trustInsteadOfFedora(directory: string, keyring: string): Promise<void> {
  const gpg = (await run("sh", ["-c", "command -v gpg"])).trim();
  await mkdir(directory);
  const script = `#!/bin/sh\ncase " $* " in *" --import "*) cat > /dev/null; exec ${gpg} "$@" < ${keyring} ;; esac\nexec ${gpg} "$@"\n`;
  await writeFile(join(directory, "gpg"), script, { mode: 0o755 });
}

/** In a process of its own, for its memory; its start is not timed, as in a run of Pulumi the process is there already. */
async function mirrorOnce(work: string, release: PublishedRelease, publicKey: string): Promise<Mirrored> {
  const site = { directory: join(work, "target"), url: "http://10.44.0.1" };
  const modules = (name: string) => JSON.stringify(join(packageRoot, "dist", "provider", name));
  const script = `
    const { mirrorFiles } = require(${modules("releases/mirror")});
    const host = require(${modules("hosts")}).hostOf(${JSON.stringify(site)});
    const start = performance.now();
    host.makeDirectory(${JSON.stringify(join(site.directory, "http", "store", "sha256"))})
      .then(() => mirrorFiles(host, ...${JSON.stringify([site, release, { trustedKeys: [publicKey] }])}))
      .then(() => console.log(JSON.stringify({
        seconds: (performance.now() - start) / 1000, peakMB: process.resourceUsage().maxRSS / 1024 })));`;
  return JSON.parse(await run(process.execPath, ["-e", script]));
}

/** nginx with one directory, on a free port of the loopback interface. */
async function serve(work: string, web: string) {
  await mkdir(web, { recursive: true });
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (one) => `${one}_temp_path ${work}/${one};`,
  );
  const config = join(work, "nginx.conf");
  await writeFile(
    config,
    `daemon off; pid ${work}/nginx.pid; error_log stderr; events {}
     http { access_log off; sendfile on; ${temporary.join(" ")} server { listen 127.0.0.1:${port}; root ${web}; } }`,
  );
  await run("chmod", ["-R", "a+rX", work]);
  const process = spawn("nginx", ["-e", "stderr", "-c", config], { stdio: "inherit" });
  return { base: `http://127.0.0.1:${port}`, process };
}

async function publish(web: string, base: string, env: NodeJS.ProcessEnv) {
  await mkdir(env.GNUPGHOME!, { recursive: true, mode: 0o700 });
  const gpg = (...args: string[]) =>
    run("gpg", ["--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", "", ...args], { env });
  await gpg("--quick-generate-key", "bench <bench@example.org>", "rsa4096", "sign");
  const files: Record<string, PublishedFile> = {};
  for (const [kind, size] of Object.entries(sizes)) {
    const path = join(web, kind);
    const sha256 = await writeRandom(path, size);
    await gpg("--detach-sign", path);
    files[kind] = { location: `${base}/${kind}`, signature: `${base}/${kind}.sig`, sha256 };
  }
  const version = "44.20261115.3.0";
  const pxe = files as unknown as Pick<PublishedRelease, "kernel" | "initramfs" | "rootfs">;
  const metal = { release: version, formats: { pxe } };
  await mkdir(join(web, "streams"));
  const metadata = { stream: "stable", architectures: { x86_64: { artifacts: { metal } } } };
  await writeFile(join(web, "streams", "stable.json"), JSON.stringify(metadata));
  await run("chmod", ["-R", "a+rX", web]);
  const publicKey = await run("gpg", ["--batch", "--armor", "--export"], { env });
  return { files, publicKey, release: { stream: "stable", version, architecture: "x86_64", ...pxe } };
}

async function writeRandom(path: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path, "w");
  const chunk = Buffer.alloc(8 * mebibyte);
  for (let written = 0; written < size; written += chunk.length) {
    randomFillSync(chunk);
    hash.update(chunk);
    await file.write(chunk);
  }
  await file.close();
  return hash.digest("hex");
}
