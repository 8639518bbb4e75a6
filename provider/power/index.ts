import { consoleTail, isPoweredOn, powerCycle, poweredOnSince } from "../lab/virtualMachine";

/** How a machine's power is controlled, as it lies in the state. */
export interface Power {
  /** Directory of a lab's virtual machine. */
  readonly virtualMachine: string;
}

export interface PowerControl {
  /** Off, then on, whatever the operating system says. */
  cycle(): Promise<void>;
  isOn(): Promise<boolean>;
  /** When it was last switched on, milliseconds since 1970; undefined where it is off, or nobody knows. */
  onSince(): Promise<number | undefined>;
  /** The end of what the machine wrote to its serial console in this boot; undefined where nobody records it. */
  consoleTail(lines: number): Promise<string | undefined>;
}

export function powerControl(power: Power): PowerControl {
  const { virtualMachine } = power;
  return {
    cycle: () => powerCycle(virtualMachine),
    isOn: () => isPoweredOn(virtualMachine).catch(() => false),
    onSince: () => poweredOnSince(virtualMachine).catch(() => undefined),
    consoleTail: (lines) => consoleTail(virtualMachine, lines),
  };
}
