export interface IgnitionRef {
  readonly name: string;
  /** Hex sha256 of the published bytes. */
  readonly digest: string;
}

export function parseIgnitionRef(ref: string): IgnitionRef {
  const match = /^(\S+) sha256:([0-9a-f]{64})$/.exec(ref);
  if (!match) throw new Error(`ignition must be the ref of an IgnitionConfig, got ${JSON.stringify(ref)}`);
  return { name: match[1]!, digest: match[2]! };
}
