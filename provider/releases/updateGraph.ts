import { fetchDocument, type PublishedRelease, parseDocument, within } from "./metadata";
import { compareVersions } from "./resolve";

/**
 * What a stream's update graph has to say about going from one release to another: dead ends, and the barriers between them. They
 * bind installed systems; a live one starts from nothing, unless its /var persists. Fedora promises nothing about this
 * document: where it can't be read, nothing is said.
 */
export async function updateNotes(before: PublishedRelease | undefined, now: PublishedRelease): Promise<string[]> {
  if (!now.from || before?.version === now.version) return [];
  const url = new URL(`../updates/${now.stream}.json`, now.from).href;
  const releases = await fetchDocument(url)
    .then((text) => within(parseDocument(text, url), "releases") as unknown)
    .catch(() => undefined);
  if (!Array.isArray(releases)) return [];
  return notesFrom(releases, before?.version, now.version);
}

/** The same, from the graph's list of releases. */
export function notesFrom(releases: readonly unknown[], before: string | undefined, now: string): string[] {
  const notes: string[] = [];
  for (const release of releases) {
    const version = String(within(release, "version"));
    const reasonOf = (kind: string) =>
      within(within(within(release, "metadata"), kind), "reason") as string | undefined;
    const [deadEnd, barrier] = [reasonOf("deadend"), reasonOf("barrier")];
    if (deadEnd && version === now) notes.push(`warning: ${now} is a dead end of its stream (${deadEnd})`);
    const isBetween = before && compareVersions(before, version) < 0 && compareVersions(version, now) < 0;
    if (barrier && isBetween)
      notes.push(
        `note: between ${before} and ${now} lies the barrier ${version} (${barrier}): it binds installed systems; look it up where /var persists`,
      );
  }
  if (before && compareVersions(now, before) < 0)
    notes.push(`note: ${now} is older than ${before}: what a newer system wrote to a /var that persists stays there`);
  return notes;
}
