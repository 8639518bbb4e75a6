/** What `check` sees in place of a value that only `up` will know, whatever its type (@pulumi/pulumi, runtime/rpc). */
export const unknownMarker = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything inside it, is known only during `up`. */
export function isUnknown(value: unknown): boolean {
  if (typeof value === "string") return value.includes(unknownMarker);
  if (Array.isArray(value)) return value.some(isUnknown);
  if (value !== null && typeof value === "object") return Object.values(value).some(isUnknown);
  return false;
}
