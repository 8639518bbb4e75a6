import { type Delivered, type Delivery, deliveries } from "./delivery";

/** How a Machine names the Ignition config that it boots with: readable in a diff, and enough to find the file. */
export interface IgnitionRef extends Delivered {
  readonly name: string;
}

/** "compute sha256:ab12...", with " https", " wrapped" or " wrapped secret" behind it where it is delivered so; several that a machine merges, the later over the earlier, are joined by " + ". */
export const formatIgnitionRef = ({ name, digest, delivery, isSecret }: IgnitionRef) =>
  `${name} sha256:${digest}${delivery === "http" ? "" : ` ${delivery}`}${delivery === "wrapped" && isSecret ? " secret" : ""}`;

export const parseIgnitionRefs = (refs: string): IgnitionRef[] => refs.split(" + ").map(parseIgnitionRef);

export function parseIgnitionRef(ref: string): IgnitionRef {
  const match = /^(\S+) sha256:([0-9a-f]{64})(?: (\w+)( secret)?)?$/.exec(ref);
  const delivery = (match?.[3] ?? "http") as Delivery;
  if (!match || !deliveries.includes(delivery))
    throw new Error(`ignition must be the ref of an IgnitionConfig, got ${JSON.stringify(ref)}`);
  return { name: match[1]!, digest: match[2]!, delivery, ...(match[4] ? { isSecret: true } : {}) };
}
