/**
 * A MAC address in the one form used everywhere here, "52:54:00:44:00:01", from any usual one: separated by colons,
 * hyphens or dots, or not at all. Undefined where it is none, or none a machine can have (multicast, all zero).
 */
export function normalMac(text: string): string | undefined {
  const usual =
    /^([0-9a-f]{2}([:-])[0-9a-f]{2}(\2[0-9a-f]{2}){4}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12})$/i;
  if (!usual.test(text.trim())) return undefined;
  const bytes = text.toLowerCase().match(/[0-9a-f]{2}/g)!;
  const digits = text.toLowerCase().replace(/[^0-9a-f]/g, "");
  if (/^0+$/.test(digits) || Number.parseInt(bytes[0]!, 16) % 2 === 1) return undefined;
  return digits.match(/../g)!.join(":");
}
