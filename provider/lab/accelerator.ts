import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../directories";

/** What QEMU runs guests with: `-accel` and the CPU model that goes with it. */
export interface Accelerator {
  readonly accel: string;
  readonly cpu: string;
}

const kvm: Accelerator = { accel: "kvm", cpu: "host" };
/** A translation buffer of 128 MiB instead of QEMU's 1 GiB: half the host memory a guest, and no slower. */
const tcg: Accelerator = { accel: "tcg,thread=multi,tb-size=128", cpu: "max" };

/**
 * KVM where a guest really runs on it, else QEMU's own translator. That /dev/kvm can be opened proves little: under nested
 * virtualisation guests may hang. The answer holds until this machine is booted again.
 */
export function accelerator(): Accelerator {
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const answer = join(cacheDirectory(), "lab", `accelerator-${process.getuid?.()}-${bootId}`);
  try {
    return readFileSync(answer, "utf8") === "kvm" ? kvm : tcg;
  } catch {
    const found = kvmRuns() ? kvm : tcg;
    mkdirSync(dirname(answer), { recursive: true });
    writeFileSync(answer, found === kvm ? "kvm" : "tcg");
    return found;
  }
}

/** mov al, 21; out 0xf4, al; hlt — a guest that got this far ends QEMU with exit code 2 * 21 + 1. */
const probeProgram = [0xb0, 21, 0xe6, 0xf4, 0xf4];
const probeExit = 43;

function kvmRuns(): boolean {
  const directory = mkdtempSync(join(tmpdir(), "kvm-probe-"));
  const bootSector = Buffer.alloc(512);
  bootSector.set(probeProgram);
  bootSector.set([0x55, 0xaa], 510);
  const image = join(directory, "boot-sector");
  writeFileSync(image, bootSector);
  const probe = spawnSync(
    "qemu-system-x86_64",
    // biome-ignore format: one option a line says less
    ["-accel", "kvm", "-m", "16", "-display", "none", "-nodefaults", "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
     "-drive", `file=${image},format=raw,if=ide,readonly=on`, "-boot", "c"],
    { timeout: 10_000, killSignal: "SIGKILL", stdio: "ignore" },
  );
  rmSync(directory, { recursive: true });
  return probe.status === probeExit;
}
