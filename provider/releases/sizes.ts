import type { PublishedFile, PublishedRelease } from "./metadata";
import { sizeAt } from "./transfer";

const asked = new Map<string, Promise<number | undefined>>();

/**
 * A release with the sizes of its files, where their publisher says how large they are. It is asked when a release is new, and not
 * again: an answer that comes one day and doesn't on another would look like a change.
 */
export async function withSizes(
  release: PublishedRelease,
  before: PublishedRelease | undefined,
): Promise<PublishedRelease> {
  const sized = async (file: PublishedFile, known: PublishedFile | undefined): Promise<PublishedFile> => {
    if (file.bytes !== undefined) return file;
    const size = known?.sha256 === file.sha256 ? known.bytes : await ask(file.location);
    return size === undefined ? file : { ...file, bytes: size };
  };
  const [kernel, initramfs, rootfs] = await Promise.all([
    sized(release.kernel, before?.kernel),
    sized(release.initramfs, before?.initramfs),
    release.rootfs && sized(release.rootfs, before?.rootfs),
  ]);
  return { ...release, kernel, initramfs, ...(rootfs ? { rootfs } : {}) };
}

function ask(url: string): Promise<number | undefined> {
  const answer = asked.get(url) ?? sizeAt(url);
  asked.set(url, answer);
  return answer;
}
