/** How a Machine names the Ignition config that it boots with: readable in a diff, and enough to find the file. */
export interface IgnitionRef {
  readonly name: string;
  /** Hex sha256 of the published bytes. */
  readonly digest: string;
}

/** "compute sha256:ab12..."; several that a machine merges, the later over the earlier, are joined by " + ". */
export const formatIgnitionRef = ({ name, digest }: IgnitionRef) => `${name} sha256:${digest}`;

export const parseIgnitionRefs = (refs: string): IgnitionRef[] => refs.split(" + ").map(parseIgnitionRef);

export function parseIgnitionRef(ref: string): IgnitionRef {
  const match = /^(\S+) sha256:([0-9a-f]{64})$/.exec(ref);
  if (!match) throw new Error(`ignition must be the ref of an IgnitionConfig, got ${JSON.stringify(ref)}`);
  return { name: match[1]!, digest: match[2]! };
}
