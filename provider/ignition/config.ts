import type { Wire } from "../wire";

/** An Ignition config as plain JSON; what its fields mean is Ignition's affair (https://coreos.github.io/ignition/specs). */
export interface IgnitionJson {
  ignition: { version: string; [key: string]: Wire };
  [key: string]: Wire;
}

/** Compares two spec versions, "3.10.0" after "3.4.0". */
export const compareSpecs = (left: string, right: string): number => left.localeCompare(right, "en", { numeric: true });
