import type { Wire } from "../../wire";
import { dataUrl } from "../dataUrl";
import type { DirectoryArgs, FileArgs, LinkArgs } from "./arguments";
import { defined, type Pieces } from "./pieces";

const owner = (who: string | number | undefined) =>
  who === undefined ? undefined : typeof who === "number" ? { id: who } : { name: who };

export const fromFiles = (files: readonly FileArgs[] = []): Pieces => ({
  files: files.map(({ contents, base64, source, sha256, mode = 0o644, user, group, path }) =>
    defined({
      path,
      mode,
      overwrite: true, // where /var persists, the file of an earlier boot is there and would end this one
      user: owner(user),
      group: owner(group),
      contents: defined({
        source: source ?? dataUrl(base64 === undefined ? (contents ?? "") : Buffer.from(base64, "base64")),
        verification: sha256 === undefined ? undefined : { hash: `sha256-${sha256}` },
      }) as Wire,
    }),
  ),
});

export const fromDirectories = (directories: readonly DirectoryArgs[] = []): Pieces => ({
  directories: directories.map(({ user, group, mode = 0o755, path }) =>
    defined({ path, mode, user: owner(user), group: owner(group) }),
  ),
});

export const fromLinks = (links: readonly LinkArgs[] = []): Pieces => ({
  links: links.map(({ user, group, ...link }) =>
    defined({ ...link, overwrite: true, user: owner(user), group: owner(group) }),
  ),
});
