import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildIgnitionWasm, buildNativeTools } from "../../provider/ignition/wasm/build";
import { butaneCorpus } from "./butaneCorpus";
import { difference, native, ours } from "./compare";
import { mutated } from "./fuzzer";
import { ignitionCorpus } from "./ignitionCorpus";

/** `node run.js [--seed N] [--mutations N]`: holds every verdict and message against those of the native tools. */
async function main(): Promise<void> {
  const option = (name: string, usual: number) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? usual : Number(process.argv[at + 1]);
  };
  await buildIgnitionWasm({ log: console.log });
  const tools = await buildNativeTools({ log: console.log });
  const written = [...ignitionCorpus(), ...butaneCorpus()];
  const cases = [...written, ...mutated(written, option("seed", 20200706), option("mutations", 400))];
  const directory = await mkdtemp(join(tmpdir(), "parity-"));
  let failed = 0;
  try {
    const files = join(directory, "files");
    await mkdir(join(files, "tree", "sub"), { recursive: true });
    await writeFile(join(files, "inside.txt"), "inside\n");
    await writeFile(join(files, "tree", "sub", "a.txt"), "a\n");
    await writeFile(join(directory, "outside.txt"), "outside\n");
    const pending = [...cases];
    const worker = async () => {
      for (let item = pending.shift(); item; item = pending.shift()) {
        const [expected, found] = await Promise.all([native(tools, item, files), ours(item, files)]);
        const differs = difference(expected, found);
        if (!differs) continue;
        failed++;
        console.log(`${item.tool} ${item.name}\n  ${differs}\n  ${JSON.stringify(item.text).slice(0, 500)}`);
      }
    };
    await Promise.all([worker(), worker()]);
  } finally {
    await rm(directory, { recursive: true });
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main();
