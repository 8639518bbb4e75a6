import { compareSpecs } from "./config";

/**
 * Since which day's Fedora CoreOS releases a spec is understood: the first stable release whose package list holds the
 * Ignition that brought it (2.3, 2.7, 2.11, 2.15, 2.20, 2.26). A release's version names its day: 41.20241006.3.0.
 */
const since: readonly (readonly [spec: string, day: number])[] = [
  ["3.0.0", 0],
  ["3.1.0", 20200601],
  ["3.2.0", 20201117],
  ["3.3.0", 20210727],
  ["3.4.0", 20230322],
  ["3.5.0", 20241006],
  ["3.6.0", 20260802],
];

/** The newest spec that a release takes, from its version; undefined where the version tells no day. */
export function newestSpecOf(version: string): string | undefined {
  const day = /^\d+\.(\d{8})\./.exec(version)?.[1];
  if (day === undefined) return undefined;
  return since.findLast(([, first]) => first <= Number(day))?.[0];
}

/** Why a release can't boot with a config of this spec, and what would do; undefined where it can. */
export function specProblem(spec: string, release: string): string | undefined {
  const newest = newestSpecOf(release);
  if (newest === undefined || compareSpecs(spec, newest) <= 0) return undefined;
  const first = since.find(([known]) => known === spec)?.[1];
  const would = first === undefined ? "" : `, or boot a release of ${day(first)} or later`;
  return `is of Ignition spec ${spec}, but release ${release} takes specs up to ${newest}: write it as ${newest}${would}`;
}

const day = (number: number) => String(number).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
