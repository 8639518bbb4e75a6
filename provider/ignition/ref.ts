/** How a Machine names the Ignition config that it boots with: readable in a diff, and enough to find the file. */
export interface IgnitionRef {
  readonly name: string;
  /** SHA-256 of the published bytes, hex. */
  readonly digest: string;
}

/** "compute sha256:ab12..." */
export const formatRef = ({ name, digest }: IgnitionRef) => `${name} sha256:${digest}`;

/** The parts of what {@link formatRef} made; undefined where the text is not one. */
export function parseRef(text: string): IgnitionRef | undefined {
  const found = /^(.+) sha256:([0-9a-f]{64})$/s.exec(text);
  return found ? { name: found[1]!, digest: found[2]! } : undefined;
}
