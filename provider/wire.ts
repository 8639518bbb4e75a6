/** Plain JSON, the only thing that survives the way to the engine. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

/**
 * Makes a provider's result safe to send: properties that are undefined are dropped, anything that is not plain JSON is an
 * error naming its path. (Pulumi would throw on it after the effect happened, and lose the resource.)
 */
export function toWire<T extends object>(value: T): T {
  return plain(value, "result") as T;
}

function plain(value: unknown, path: string): Wire {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}[${index}]`));
  if (typeof value === "object" && isPlain(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, `${path}.${key}`)]));
  }
  throw new Error(`${path} is not plain JSON (${Object.prototype.toString.call(value)})`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
