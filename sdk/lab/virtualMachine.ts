import * as pulumi from "@pulumi/pulumi";
import * as provider from "../../provider/resources/virtualMachine";
import { moduleName } from "../dynamicType";
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
}

/** A QEMU machine that boots from the lab's network. It comes switched off: a Machine that has its `power` switches it on. */
export class VirtualMachine extends pulumi.dynamic.Resource {
  declare readonly mac: pulumi.Output<string>;
  declare readonly memoryMiB: pulumi.Output<number>;
  declare readonly diskMiB: pulumi.Output<number>;
  /** For {@link MachineArgs.power}. */
  declare readonly power: pulumi.Output<PowerArgs>;

  constructor(name: string, args: VirtualMachineArgs, opts?: pulumi.CustomResourceOptions) {
    const { lab, mac, memoryMiB, diskMiB } = args;
    const props = { name, lab: lab.directory, mac, memoryMiB, diskMiB, power: undefined };
    super(provider, name, props, opts, moduleName, "VirtualMachine");
  }
}
