import { createHash } from "node:crypto";

/** All that decides what a machine runs once it booted, and nothing else. */
export interface BootContent {
  /** Digest of the release's description, hex sha256. */
  readonly release: string;
  /** Digest of the Ignition config that the machine fetches first, hex sha256. */
  readonly ignition: string;
  readonly kernelArguments: readonly string[];
}

/**
 * The digest that a machine carries on its kernel command line and phones home with. Where the files lie and how they
 * get to the machine is not in it: moving the server reprovisions nobody.
 */
export function bootDigest(content: BootContent): string {
  const { release, ignition, kernelArguments } = content;
  return createHash("sha256")
    .update(JSON.stringify([release, ignition, kernelArguments]))
    .digest("hex");
}
