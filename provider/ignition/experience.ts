import type { Wire } from "../wire";
import type { IgnitionJson } from "./config";
import type { Delivery } from "./delivery";
import type { Remark } from "./remarks";

type Piece = { readonly [key: string]: Wire | undefined };

/** What the checks below look at: a merged config, and how it gets to machines. */
export interface Circumstances {
  readonly config: IgnitionJson;
  readonly delivery: Delivery;
  /** Whether machines fetch it by an https URL: the server's own, or that of something before it. */
  readonly isFetchedOverTls: boolean;
  readonly hasSecret: boolean;
}

/**
 * What Ignition accepts and a live boot punishes. One entry a warning: its name (for `silence`) and the sentences that it
 * has to say about a config, none where all is well.
 */
const checks: Readonly<Record<string, (about: Circumstances) => string[]>> = {
  "no-login": ({ config }) => {
    const users = list(config, "passwd", "users");
    const canLogIn = users.some(({ sshAuthorizedKeys, passwordHash }) => sshAuthorizedKeys || passwordHash);
    const others =
      list(config, "ignition", "config", "merge").length > 0 || at(config, "ignition", "config", "replace");
    return canLogIn || others ? [] : ["nobody can log in: give sshAuthorizedKeys, or a user with a passwordHash"];
  },
  "read-only": ({ config }) =>
    nodes(config)
      .filter((path) => /^\/(usr|boot|bin|sbin|lib|lib64)(\/|$)/.test(path) && !path.startsWith("/usr/local/"))
      .map(
        (path) => `${path} lies on the live system's read-only image, so the boot fails: use /etc, /var or /usr/local`,
      ),
  "not-writable": ({ config }) =>
    nodes(config)
      .filter((path) => /^\/(tmp|run|proc|sys|dev)\//.test(path))
      .map((path) => `${path} is gone before the system is up: use /etc, /var or systemd-tmpfiles`),
  "wipes-var": ({ config }) => [
    ...filesystems(config)
      .filter((filesystem) => filesystem.wipeFilesystem === true && isVar(filesystem))
      .map(({ device }) => `wipeFilesystem on ${device} loses /var at every boot: set it to false`),
    ...list(config, "storage", "luks")
      .filter(({ wipeVolume }) => wipeVolume === true)
      .map(({ name }) => `wipeVolume on LUKS volume ${name} loses its data at every boot: set it to false`),
  ],
  "kernel-arguments": ({ config }) => {
    const wanted = ["shouldExist", "shouldNotExist"]
      .flatMap((key) => strings(at(config, "kernelArguments", key)))
      .filter((argument) => !isConfigUrl(argument));
    if (wanted.length === 0) return [];
    return [
      `kernelArguments (${wanted.join(" ")}) are only compared in a live boot, which fails where the boot loader's differ: ` +
        "use the machine's kernelArguments, which the boot loader passes",
    ];
  },
  "append-grows": ({ config }) =>
    persistent(config)
      .filter(({ append }) => Array.isArray(append) && append.length > 0)
      .map(({ path }) => `append to ${path} makes it grow at every boot, /var being persistent: use contents`),
  "needs-overwrite": ({ config }) =>
    persistent(config)
      .filter(({ contents, overwrite }) => at(contents, "source") !== undefined && overwrite !== true)
      .map(({ path }) => `${path} is there from the second boot on, /var being persistent, and ends it: set overwrite`),
  "boot-disk": ({ config }) => [
    ...list(config, "storage", "disks")
      .filter(({ device }) => device === "/dev/disk/by-id/coreos-boot-disk")
      .map(({ device }) => `${device} does not exist in a live boot: name the disk itself`),
    ...filesystems(config)
      .filter(({ path, label }) => path === "/" || path === "/boot" || label === "root" || label === "boot")
      .map(({ device }) => `${device}: a live system has neither a root filesystem nor /boot on disk`),
  ],
  unverified: ({ config }) =>
    resources(config)
      .filter(({ source, verification }) => /^(http|tftp):/i.test(String(source)) && !at(verification, "hash"))
      .map(
        ({ source }) =>
          `${source} is fetched without encryption or verification.hash: whoever is in between can change it`,
      ),
  "private-ca": ({ config, delivery, isFetchedOverTls }) =>
    // with delivery "https" the server's own certificate authority comes with an initrd
    isFetchedOverTls &&
    delivery !== "https" &&
    list(config, "ignition", "security", "tls", "certificateAuthorities").length > 0
      ? [
          "the certificate authorities in this config are known only after it was fetched: " +
            "the one that signed the server's certificate must come with the initrd",
        ]
      : [],
  "secret-over-http": ({ hasSecret, isFetchedOverTls, delivery }) =>
    hasSecret && !isFetchedOverTls
      ? [
          `holds a secret and is fetched ${delivery === "wrapped" ? "in an initrd, by the boot loader" : "by Ignition"} over ` +
            "plain HTTP, where everyone on the network can read it: set tls: true on the PxeServer, " +
            "or let the machine fetch the secret itself once it is up",
        ]
      : [],
  "config-url": ({ config, delivery }) =>
    strings(at(config, "kernelArguments", "shouldExist"))
      .filter(isConfigUrl)
      .map((argument) =>
        delivery === "wrapped"
          ? `${argument} and a config in the initrd: only the first counts, Ignition passes over this one`
          : `${argument} is not the URL that this config is fetched by: only the one that the boot loader passes counts`,
      ),
};

const isConfigUrl = (argument: string) => argument.startsWith("ignition.config.url=");

export const warningNames = [...Object.keys(checks), "no-install", "unused-key", "ignition"];

export const experience = (about: Circumstances): Remark[] =>
  Object.entries(checks).flatMap(([name, check]) =>
    check(about).map((text) => ({ property: "", name, fatal: false, text: `warning: ${text}` })),
  );

const at = (value: Wire | undefined, ...keys: string[]): Wire | undefined =>
  keys.reduce<Wire | undefined>((here, key) => (here as Piece | undefined)?.[key], value);

const list = (config: IgnitionJson, ...keys: string[]): Piece[] => (at(config, ...keys) ?? []) as Piece[];

const strings = (value: Wire | undefined) => (value ?? []) as string[];

const nodes = (config: IgnitionJson) =>
  ["files", "directories", "links"].flatMap((kind) => list(config, "storage", kind).map(({ path }) => String(path)));

const filesystems = (config: IgnitionJson) => list(config, "storage", "filesystems");

const isVar = ({ path, label, device }: Piece) =>
  label === "var" ||
  path === "/var" ||
  String(path).startsWith("/var/") ||
  String(device).endsWith("/by-partlabel/var");

/** Files on a filesystem that outlives the boot. */
function persistent(config: IgnitionJson): Piece[] {
  const mounts = filesystems(config)
    .map(({ path }) => String(path ?? ""))
    .filter((path) => path.startsWith("/var"));
  return list(config, "storage", "files").filter(({ path }) =>
    mounts.some((mount) => String(path).startsWith(`${mount}/`)),
  );
}

function resources(value: Wire): Piece[] {
  if (value === null || typeof value !== "object") return [];
  const own = !Array.isArray(value) && typeof value.source === "string" ? [value as Piece] : [];
  return [...own, ...Object.values(value).flatMap(resources)];
}
