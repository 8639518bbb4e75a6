import { matchedArchitectures, normalUuid } from "../boot/identity";
import { normalMac } from "../boot/mac";
import type { Site } from "../hosts/site";
import { type CheckFailure, checkInputs } from "../inputs";
import { isUnknown } from "../unknown";

/** A machine as its resource declares it: it is matched by one of these. */
export interface Matched {
  readonly name: string;
  readonly site: Site;
  readonly mac?: string;
  readonly uuid?: string;
  readonly serialNumber?: string;
  /** All machines of it that nobody declared by anything else. */
  readonly architecture?: string;
}

const matches = ["mac", "uuid", "serialNumber", "architecture"] as const;
type MatchedBy = (typeof matches)[number];
const isMatch = (property: string) => (matches as readonly string[]).includes(property);
const pathOf = (property: string) => (isMatch(property) ? `match.${property}` : property);

export const matchSchema = {
  ...Object.fromEntries(["mac", "uuid", "serialNumber"].map((name) => [name, { type: "string", format: name }])),
  architecture: { type: "string", enum: matchedArchitectures },
};

/** Holds inputs against a schema that holds {@link matchSchema}; what the user wrote as `match` is called so. */
export const checkMatched = (schema: object, news: Partial<Matched>): CheckFailure[] => [
  ...checkInputs(schema, news).map(({ property, reason }) => ({
    property,
    reason: isMatch(property) ? `match.${reason}` : reason,
  })),
  ...matchProblems(news),
];

function matchProblems(news: Partial<Matched>): CheckFailure[] {
  const given = matches.filter((property) => news[property] !== undefined);
  if (given.length === 1) return [];
  const wanted = "match must name one of mac, uuid, serialNumber and architecture";
  return [{ property: given[0] ?? "mac", reason: `${wanted}, got ${given.join(" and ") || "none"}` }];
}

/** With what it is matched by in normal form, where that is known by now. */
export function normalMatch<T extends Partial<Matched>>(news: T): T {
  const mac = isUnknown(news.mac) ? undefined : normalMac(news.mac ?? "");
  const uuid = isUnknown(news.uuid) ? undefined : normalUuid(news.uuid ?? "");
  return { ...news, ...(mac ? { mac } : {}), ...(uuid ? { uuid } : {}) };
}

/** Who claimed what in this run: two resources for one machine would overwrite each other's files, or get each other's. */
const claims = new Map<string, string>();

/** Claims what the machine is matched by for its resource; a failure where another has it already. */
export const claimMatch = (type: string, news: Partial<Matched>) =>
  matches.flatMap((property) => claim(type, news, property, news[property]));

export function claim(
  type: string,
  news: Partial<Matched>,
  property: MatchedBy | "address",
  value: string | undefined,
): CheckFailure[] {
  if (!value || isUnknown(value)) return [];
  const key = `${news.site?.host?.host} ${news.site?.directory} ${property} ${value}`;
  const claimant = `${type} "${news.name}"`;
  const owner = claims.get(key) ?? claimant;
  claims.set(key, owner);
  if (owner === claimant) return [];
  const reason = `${pathOf(property)} ${value} is already taken by ${owner}: give each machine its own`;
  return [{ property, reason }];
}

/** The properties by which another machine is meant than before. */
export const changedMatches = (olds: Matched, news: Matched): string[] =>
  matches.filter((property) => olds[property] !== news[property]);
