import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directBoot, samplePaths } from "../provider/lab/sample";
import { main } from "../tools/main";
import { setUp } from "../tools/setup";
import { labEnvironment } from "./labEnvironment";
import { conclude, median, ratioOf } from "./support";

const rounds = 3;

/**
 * Power-on to phone-home through DHCP, TFTP, lpxelinux and HTTP, against QEMU's `-kernel` with the same files, in turns; and
 * the same by the iPXE in the network card, which fetches kernel and initramfs without lpxelinux' way through the BIOS.
 */
main(async () => {
  await setUp();
  const directory = await mkdtemp(join(tmpdir(), "bench-boot-"));
  const lab = await labEnvironment(join(directory, "lab"));
  const overTheNetwork: number[] = [];
  const byIpxe: number[] = [];
  const direct: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      direct.push((await directBoot({ artifacts: samplePaths().artifacts.stable })).seconds);
      overTheNetwork.push(await lab.bootSeconds(`node${round}`));
      byIpxe.push(await lab.bootSeconds(`ipxe${round}`, {}, { bootLoader: "ipxe" }));
    }
  } finally {
    await lab.remove();
    await rm(directory, { recursive: true, force: true });
  }
  const ratio = ratioOf(overTheNetwork, direct);
  const ipxeRatio = ratioOf(byIpxe, direct);
  const seconds = (figures: number[]) => `${median(figures).toFixed(1)} s`;
  const words = `power-on to phone-home, medians of ${rounds}: PXELINUX ${seconds(overTheNetwork)}, iPXE ${seconds(byIpxe)}, direct -kernel ${seconds(direct)}; ratios ${ratio} and ${ipxeRatio}`;
  conclude({ ratio, ipxeRatio }, words);
  return 0;
});
