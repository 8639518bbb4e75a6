import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directBoot, samplePaths } from "../provider/lab/sample";
import { main } from "../tools/main";
import { setUp } from "../tools/setup";
import { labEnvironment } from "./labEnvironment";
import { conclude, median, ratioOf } from "./support";

const rounds = 3;

/** Power-on to phone-home through DHCP, TFTP, lpxelinux and HTTP, against QEMU's `-kernel` with the same files, in turns. */
main(async () => {
  await setUp();
  const directory = await mkdtemp(join(tmpdir(), "bench-boot-"));
  const lab = await labEnvironment(join(directory, "lab"));
  const overTheNetwork: number[] = [];
  const direct: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      direct.push((await directBoot({ artifacts: samplePaths().artifacts.stable })).seconds);
      overTheNetwork.push(await lab.bootSeconds(`node${round}`));
    }
  } finally {
    await lab.remove();
    await rm(directory, { recursive: true, force: true });
  }
  const ratio = ratioOf(overTheNetwork, direct);
  const words = `power-on to phone-home: PXE ${median(overTheNetwork).toFixed(1)} s, direct -kernel ${median(direct).toFixed(1)} s (medians of ${rounds}); ratio ${ratio}`;
  conclude({ ratio }, words);
  return 0;
});
