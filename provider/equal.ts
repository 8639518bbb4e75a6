import { isDeepStrictEqual } from "node:util";

/** The keys of the checked inputs whose values differ from those in the state. */
export function changedKeys(state: object, inputs: object): string[] {
  const before = state as Record<string, unknown>;
  const after = inputs as Record<string, unknown>;
  return Object.keys(after).filter((key) => key !== "__provider" && !isDeepStrictEqual(before[key], after[key]));
}
