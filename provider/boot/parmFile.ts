import type { BootEntry } from "./entry";
import { type Identity, identityName } from "./identity";

/** A card of the virtual reader, in characters. */
const cardLength = 80;

export const parmFileName = (identity: Identity) => `${identityName(identity)}.prm`;

/**
 * The kernel arguments as the parameter file that s390x machines are given at IPL (z/VM, LPAR). Its lines have 80 characters at
 * most and are joined without anything between them, so an argument may go on in the next one.
 */
export function parmFile(entry: BootEntry): string {
  const text = entry.kernelArguments.join(" ");
  return `${(text.match(new RegExp(`.{1,${cardLength}}`, "g")) ?? []).join("\n")}\n`;
}
