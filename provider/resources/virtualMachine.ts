import { createHash } from "node:crypto";
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { normalMac } from "../boot/mac";
import { changedKeys } from "../equal";
import { checkInputs } from "../inputs";
import { type Firmware, lackOfFirmware, type NetworkBoot } from "../lab/firmware";
import { isNamespaceOpen } from "../lab/namespace";
import { lackOf } from "../lab/programs";
import { hardwareIn, rackUp, takeOut, virtualMachineDirectory } from "../lab/virtualMachine";
import { isUnknown } from "../unknown";
import { toWire } from "../wire";

interface Inputs {
  readonly name: string;
  /** The lab's directory. */
  readonly lab: string;
  readonly mac: string;
  readonly uuid: string;
  readonly serialNumber: string;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly firmware?: Firmware;
  readonly networkBoot?: NetworkBoot;
  /** What a Machine takes as its power. */
  readonly power: { virtualMachine: string };
}

const schema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    lab: { type: "string" },
    mac: { type: "string", format: "mac" },
    memoryMiB: { type: "integer", minimum: 256, maximum: 65536 },
    diskMiB: { type: "integer", minimum: 0, maximum: 1048576 },
    firmware: { type: "string", enum: ["bios", "uefi", "uefi-secure-boot"] },
    networkBoot: { type: "string", enum: ["pxe", "http"] },
  },
  required: ["name", "lab"],
  additionalProperties: false,
};

export async function check(_olds: Partial<Inputs>, news: Partial<Inputs>): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news);
  const { name = "", lab = "", memoryMiB = 384, diskMiB = 0, firmware, networkBoot } = news;
  const mac = isUnknown(news.mac) ? news.mac : (normalMac(news.mac ?? "") ?? macFor(lab, name));
  if (networkBoot === "http" && (firmware ?? "bios") === "bios")
    failures.push({
      property: "networkBoot",
      reason: 'networkBoot "http" is UEFI\'s own: write firmware "uefi", or leave networkBoot out',
    });
  const lack = lackOf("qemu-system-x86_64", "python3");
  if (lack) failures.push({ property: "lab", reason: `lab: ${lack}` });
  const isFirmwareKnown = failures.length === 0 && !isUnknown(firmware);
  const without = isFirmwareKnown ? lackOfFirmware(firmware ?? "bios") : undefined;
  if (without) failures.push({ property: "firmware", reason: `firmware ${without}` });
  const [uuid, serialNumber] = [uuidFor(lab, name), serialNumberFor(lab, name)];
  const power = { virtualMachine: virtualMachineDirectory(lab, name) };
  const hardware = { mac, uuid, serialNumber, memoryMiB, diskMiB, firmware, networkBoot };
  return { inputs: toWire({ ...hardware, name, lab, power }), failures };
}

/** From the names: the same machine is known by the same things in every run. */
const digitsFor = (lab: string, name: string) => createHash("sha256").update(`${lab}\n${name}`).digest("hex");

/** With QEMU's own prefix. */
const macFor = (lab: string, name: string) => `52:54:00:${digitsFor(lab, name).slice(0, 6).match(/../g)!.join(":")}`;

/** Of version 8, which is for what an application makes up (RFC 9562 section 5.8). */
const uuidFor = (lab: string, name: string) =>
  digitsFor(lab, name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, "$1-$2-8$3-8$4-$5");

const serialNumberFor = (lab: string, name: string) => `LAB-${digitsFor(lab, name).slice(0, 8).toUpperCase()}`;

/** A machine whose parts change is another machine. */
export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  return { replaces: changedKeys(olds, news), deleteBeforeReplace: true };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  const directory = inputs.power.virtualMachine;
  await takeOut(directory, isNamespaceOpen(inputs.lab)); // what an interrupted run may have left
  await rackUp(directory, inputs);
  return { id: directory, outs: toWire(inputs) };
}

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  return (await hardwareIn(props.power.virtualMachine)) ? { id, props } : {};
}

export async function update(_id: string, _olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  return { outs: toWire(news) };
}

async function remove(_id: string, props: Inputs): Promise<void> {
  await takeOut(props.power.virtualMachine, isNamespaceOpen(props.lab));
}

export { remove as delete };
