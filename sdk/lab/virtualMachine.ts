import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "../dynamicResource";
import type { PowerArgs } from "../machine";
import type { Lab } from "./lab";

export interface VirtualMachineArgs {
  readonly lab: Lab;
  /** MAC address of its network interface. Default: one made from the lab's and the machine's names. */
  readonly mac?: pulumi.Input<string>;
  /**
   * MiB of memory.
   * @default 384
   */
  readonly memoryMiB?: pulumi.Input<number>;
  /**
   * MiB of a blank disk, /dev/vda; 0: diskless. **Changing any part of a machine replaces it, disk and all.**
   * @default 0
   */
  readonly diskMiB?: pulumi.Input<number>;
  /**
   * "uefi" is EDK2, "uefi-secure-boot" the same with Microsoft's keys enrolled. Both need the Debian package ovmf, and a
   * machine with them 768 MiB of memory.
   * @default "bios"
   */
  readonly firmware?: pulumi.Input<"bios" | "uefi" | "uefi-secure-boot">;
  /**
   * How UEFI firmware fetches its boot program: by TFTP, or by HTTP ("UEFI HTTP boot").
   * @default "pxe"
   */
  readonly networkBoot?: pulumi.Input<"pxe" | "http">;
}

/** A QEMU machine that boots from the lab's network. It comes switched off: a Machine that has its `power` switches it on. */
export class VirtualMachine extends DynamicResource {
  declare readonly mac: pulumi.Output<string>;
  /** What its firmware says of it, for {@link MatchArgs}. */
  declare readonly uuid: pulumi.Output<string>;
  declare readonly serialNumber: pulumi.Output<string>;
  declare readonly memoryMiB: pulumi.Output<number>;
  declare readonly diskMiB: pulumi.Output<number>;
  /** For {@link MachineArgs.power}. */
  declare readonly power: pulumi.Output<PowerArgs>;

  constructor(name: string, args: VirtualMachineArgs, opts?: pulumi.CustomResourceOptions) {
    const { lab, mac, memoryMiB, diskMiB, firmware, networkBoot } = args;
    const hardware = { mac, memoryMiB, diskMiB, firmware, networkBoot };
    const computed = { uuid: undefined, serialNumber: undefined, power: undefined };
    const props = { ...hardware, ...computed, name, lab: lab.directory };
    super("VirtualMachine", "virtualMachine", name, props, opts);
  }
}
