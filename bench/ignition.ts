import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { compose, type Parts } from "../provider/ignition/compose";
import { composeOnce } from "../provider/ignition/verdicts";
import { buildIgnitionWasm, buildNativeTools } from "../provider/ignition/wasm/build";

/** How many different configs, each of about 7 KB: what one preview of a large site may declare. */
const count = 1000;
/** Native processes are started one after the other for a sample: each takes the same time. */
const nativeCount = 100;

function configOf(number: number): string {
  const unit = (index: number) => `[Unit]
Description=Service ${index} of node ${number}
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/podman run --rm --name service${index} quay.io/acme/simulator:7 --node ${number}
Restart=always

[Install]
WantedBy=multi-user.target
`;
  const files = Array.from({ length: 16 }, (_, index) => ({
    path: `/etc/app/${index}.conf`,
    mode: 0o644,
    overwrite: true,
    contents: { source: `data:,${encodeURIComponent(`node = ${number}\nkey = ${index}\n`.repeat(4))}` },
  }));
  const units = Array.from({ length: 12 }, (_, index) => ({
    name: `service${index}.service`,
    enabled: true,
    contents: unit(index),
  }));
  return JSON.stringify({
    ignition: { version: "3.4.0" },
    passwd: { users: [{ name: "core", sshAuthorizedKeys: [`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI node${number}`] }] },
    storage: { files },
    systemd: { units },
  });
}

const partsOf = (number: number): Parts => ({
  typed: {},
  butane: [],
  ignition: [configOf(number)],
  secrets: [],
  silence: [],
  siteUrl: "http://10.0.0.1",
  delivery: "http" as const,
});

async function perConfig(howMany: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round(((performance.now() - start) / howMany) * 1000) / 1000;
}

async function main(): Promise<void> {
  const asJson = process.argv.includes("--json");
  const log = asJson ? () => undefined : console.log;
  await buildIgnitionWasm({ log });
  const tools = await buildNativeTools({ log });
  const directory = await mkdtemp(join(tmpdir(), "bench-ignition-"));
  process.env.XDG_CACHE_HOME = join(directory, "cache");
  try {
    const parts = Array.from({ length: count }, (_, number) => partsOf(number));
    log(`${count} different configs of ${configOf(0).length} bytes, ${availableParallelism()} cores`);
    const coldMs = await perConfig(count, async () => {
      // One after the other, as the engine asks, from the first call on: the start of the module is in it.
      for (const one of parts) {
        const { result } = await composeOnce(one, directory);
        if (!result) throw new Error("the bench's config must be valid");
      }
    });
    const togetherMs = await perConfig(count, async () => {
      await Promise.all(parts.map((one) => compose(one, directory)));
    });
    const cachedMs = await perConfig(count, async () => {
      for (const one of parts) await composeOnce(one, directory);
    });
    const laterRunMs = Number(execFileSync(process.execPath, [__filename, "--later-run"], { encoding: "utf8" }));
    const file = join(directory, "config.ign");
    const nativeMs = await perConfig(nativeCount, async () => {
      for (let number = 0; number < nativeCount; number++) {
        await writeFile(file, configOf(number));
        execFileSync(tools.validate, [file]);
      }
    });
    const numbers = { coldMs, togetherMs, cachedMs, laterRunMs, nativeMs };
    if (asJson) console.log(JSON.stringify(numbers));
    else {
      console.log(`cold, one after the other, merged and judged   ${coldMs} ms each`);
      console.log(`cold, all asked at once                        ${togetherMs} ms each`);
      console.log(`again in the same run                          ${cachedMs} ms each`);
      console.log(`again in a later run                           ${laterRunMs} ms each`);
      console.log(`a native ignition-validate process for each    ${nativeMs} ms each`);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Another process with the first one's cache directory: nothing of it is in memory. */
async function laterRun(): Promise<void> {
  const parts = Array.from({ length: count }, (_, number) => partsOf(number));
  console.log(
    await perConfig(count, async () => {
      for (const one of parts) await composeOnce(one, "/");
    }),
  );
}

void (process.argv.includes("--later-run") ? laterRun() : main());
