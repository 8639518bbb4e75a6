import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The Debian packages of what a lab runs. */
const packages = {
  ip: "iproute2",
  nsenter: "util-linux",
  python3: "python3",
  "qemu-system-x86_64": "qemu-system-x86",
  unshare: "util-linux",
} as const;

/** Why a lab can't do with what this machine has; undefined where it can. */
export function lackOf(...programs: readonly (keyof typeof packages)[]): string | undefined {
  const directories = (process.env.PATH ?? "").split(delimiter);
  const missing = programs.filter((name) => !directories.some((directory) => existsSync(join(directory, name))));
  if (missing.length === 0) return undefined;
  const needed = [...new Set(missing.map((name) => packages[name]))].join(" ");
  return `this machine has no ${missing.join(", no ")} in its PATH: apt-get install ${needed}`;
}
