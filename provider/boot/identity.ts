/**
 * By what a server knows a machine, in one form: its MAC address ("52:54:00:44:00:01"), or what its firmware says of it (SMBIOS
 * type 1): "uuid-4c4c4544-0051-…" or "serial-CZ1234567X". Or what all machines are that nobody declared: "architecture-x86_64".
 */
export type Identity = string;

/** What a machine is declared by: one of these. */
export interface Match {
  readonly mac?: string;
  readonly uuid?: string;
  readonly serialNumber?: string;
  readonly architecture?: string;
}

export function identityOf({ mac, uuid, serialNumber, architecture }: Match): Identity {
  if (architecture) return `architecture-${architecture}`;
  return mac ?? (uuid ? `uuid-${uuid}` : `serial-${serialNumber}`);
}

/** Undefined where the machine is known by something else. */
export const macOf = (identity: Identity) => (identity.includes(":") ? identity : undefined);
export const uuidOf = (identity: Identity) => /^uuid-(.*)/.exec(identity)?.[1];
export const architectureOf = (identity: Identity) => /^architecture-(.*)/.exec(identity)?.[1];
const serialNumberOf = (identity: Identity) => /^serial-(.*)/.exec(identity)?.[1];

/** As it stands in file names and URLs: "52-54-00-44-00-01", "uuid-…", "serial-…". */
export const identityName = (identity: Identity) => identity.replaceAll(":", "-");

/** Of which machines can be declared all at once: their boot loaders say what they run on, and have files of their own. */
export const matchedArchitectures = ["x86_64", "aarch64"];

/** The identity in a file name or URL; undefined where it is none. */
export function identityNamed(name: string): Identity | undefined {
  if (/^([0-9a-f]{2}-){5}[0-9a-f]{2}$/.test(name)) return name.replaceAll("-", ":");
  const isKnown =
    normalUuid(uuidOf(name) ?? "") ||
    isSerialNumber(serialNumberOf(name) ?? "") ||
    matchedArchitectures.includes(architectureOf(name) ?? "");
  return isKnown ? name : undefined;
}

/** Matches what shows in a server's logs that a machine asked for its own files. */
export function askedBy(identity: Identity): RegExp {
  const serialNumber = serialNumberOf(identity);
  if (serialNumber) return new RegExp(`serial[=-]${serialNumber.replaceAll(".", "\\.")}(?![\\w-])`);
  const uuid = uuidOf(identity);
  return new RegExp(uuid ? `(?:${wireForms(uuid).join("|")})` : identityName(identity));
}

/**
 * How a UUID may read that came by DHCP (option 97): firmware sends its bytes in the order in which they are written, or as SMBIOS
 * holds them, with the first three fields little-endian.
 */
export function wireForms(uuid: string): string[] {
  const swapped = (field: string, index: number) => (index < 3 ? field.match(/../g)!.reverse().join("") : field);
  return [uuid, uuid.split("-").map(swapped).join("-")];
}

/** A UUID in lower case with hyphens, as boot loaders write it; undefined where it is none, or none a machine can have. */
export function normalUuid(text: string): string | undefined {
  const uuid = text.trim().toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) || /^[0-]+$|^[f-]+$/.test(uuid)) return undefined;
  return uuid;
}

/** It becomes part of a file name and of a URL: boot loaders quote neither in the same way. */
export const isSerialNumber = (text: string) => /^[A-Za-z0-9][\w.-]{0,63}$/.test(text);
