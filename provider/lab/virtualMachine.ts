import { createHash } from "node:crypto";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { mustRun } from "../hosts/host";
import { type Daemon, isRunning, runningSince, start, stop } from "../hosts/processes";
import { packageRoot } from "../packageRoot";
import { accelerator } from "./accelerator";
import { type Firmware, firmwareArguments, installFirmware, type NetworkBoot } from "./firmware";
import { labHost } from "./namespace";
import { layCable, pullCable } from "./network";

/** A machine of the lab as it stands in the rack: what it is made of, not what it boots. */
export interface Hardware {
  readonly name: string;
  readonly mac: string;
  /** What its firmware says of it (SMBIOS type 1). */
  readonly uuid: string;
  readonly serialNumber: string;
  readonly memoryMiB: number;
  /** A blank disk of this size, seen as /dev/vda; 0: diskless. It survives power cycles and goes with the machine. */
  readonly diskMiB: number;
  /** Absent: "bios". */
  readonly firmware?: Firmware;
  /** Absent: "pxe". */
  readonly networkBoot?: NetworkBoot;
}

export const virtualMachineDirectory = (labDirectory: string, name: string) => join(labDirectory, "machines", name);
const labOf = (directory: string) => join(directory, "..", "..");
const hardwareFile = (directory: string) => join(directory, "hardware.json");
export const consoleFile = (directory: string) => join(directory, "console.log");

/** Interface names may have 15 characters: the machine's MAC address, shortened, keeps them apart. */
const cableOf = (mac: string) => createHash("sha256").update(mac).digest("hex").slice(0, 12);

const daemons = (directory: string) => {
  const daemon = (name: string): Daemon => ({ name, directory });
  return { qemu: daemon("qemu"), wire: daemon("wire") };
};

/** Puts a machine into the lab, switched off. */
export async function rackUp(directory: string, hardware: Hardware): Promise<void> {
  const host = labHost(labOf(directory));
  await host.makeDirectory(directory);
  await installFirmware(host, directory, hardware.firmware ?? "bios");
  await host.writeFile(hardwareFile(directory), `${JSON.stringify(hardware)}\n`);
  if (hardware.diskMiB)
    await mustRun(host, ["truncate", "--size", `${hardware.diskMiB}M`, join(directory, "disk.img")]);
}

export async function hardwareIn(directory: string): Promise<Hardware | undefined> {
  const text = await labHost(labOf(directory)).readFile(hardwareFile(directory));
  return text && (JSON.parse(text.toString()) as Hardware);
}

export async function takeOut(directory: string, labIsOpen: boolean): Promise<void> {
  const host = labHost(labOf(directory));
  const hardware = await hardwareIn(directory);
  if (labIsOpen && hardware) {
    await powerOff(directory);
    await stop(host, daemons(directory).wire);
    await pullCable(host, cableOf(hardware.mac));
  }
  await host.remove(directory);
}

/** A power cycle as a BMC would do it: off without asking the operating system, then on, booting from the network. */
export async function powerCycle(directory: string): Promise<void> {
  await powerOff(directory);
  await powerOn(directory);
}

export const isPoweredOn = (directory: string) => isRunning(labHost(labOf(directory)), daemons(directory).qemu);

/** Milliseconds since 1970; undefined where it is off. */
export const poweredOnSince = (directory: string) => runningSince(labHost(labOf(directory)), daemons(directory).qemu);

export const powerOff = (directory: string) => stop(labHost(labOf(directory)), daemons(directory).qemu);

async function powerOn(directory: string): Promise<void> {
  const host = labHost(labOf(directory));
  const hardware = await hardwareIn(directory);
  if (!hardware) throw new Error(`there is no virtual machine in ${directory}: run pulumi up --refresh`);
  const { qemu, wire } = daemons(directory);
  if (!(await isRunning(host, wire))) {
    await host.remove(join(directory, "net.sock")); // a dead wire's would be taken for the new one's
    const { socketEnd } = await layCable(host, cableOf(hardware.mac));
    const script = join(packageRoot, "provider/lab/assets/wire.py");
    await start(host, wire, ["python3", script, socketEnd, "net.sock"], join(directory, "wire.log"));
    await mustRun(host, [
      "sh",
      "-c",
      'for try in $(seq 100); do [ -S "$1" ] && exit; sleep 0.05; done; exit 1',
      "sh",
      join(directory, "net.sock"),
    ]);
  }
  await host.writeFile(consoleFile(directory), ""); // a boot's console begins with that boot
  await start(host, qemu, qemuCommand(hardware), join(directory, "qemu.log"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  if (await isRunning(host, qemu)) return;
  const said = (await host.readFile(join(directory, "qemu.log")))?.toString().trim().split("\n").at(-1);
  throw new Error(`QEMU did not start ${hardware.name}: ${said || "it said nothing"}`);
}

/** Run in the machine's directory: paths are relative because a UNIX socket's may have 108 characters at most. */
function qemuCommand(hardware: Hardware): string[] {
  const { accel, cpu } = accelerator();
  const { board, nic } = firmwareArguments(hardware.firmware ?? "bios", hardware.networkBoot ?? "pxe");
  const disk = hardware.diskMiB ? ["-drive", "file=disk.img,format=raw,if=virtio"] : [];
  return [
    "qemu-system-x86_64",
    ...["-name", hardware.name, "-accel", accel, "-cpu", cpu],
    ...board,
    ...["-uuid", hardware.uuid, "-smbios", `type=1,serial=${hardware.serialNumber}`],
    ...["-smp", "1", "-m", String(hardware.memoryMiB)],
    ...["-nodefaults", "-display", "none", "-serial", "file:console.log", "-device", "virtio-rng-pci"],
    ...["-netdev", "stream,id=net,server=off,addr.type=unix,addr.path=net.sock"],
    ...["-device", `virtio-net-pci,netdev=net,mac=${hardware.mac}${nic}`],
    ...disk,
  ];
}

/** The last lines that the machine wrote to its serial console in this boot. */
export async function consoleTail(directory: string, lines: number): Promise<string> {
  const bytes = (await labHost(labOf(directory)).readFile(consoleFile(directory))) ?? Buffer.alloc(0);
  // control sequences and other unprintable bytes would garble the terminal of whoever reads the error
  const text = stripVTControlCharacters(bytes.toString("latin1")).replace(/[^ -~\n\t]/g, "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
