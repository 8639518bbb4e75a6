import { createHash } from "node:crypto";
import { dataUrl } from "../dataUrl";
import type { ProxyArgs, SwapArgs, TypedArgs } from "./arguments";
import { defined, type Pieces, textFile } from "./pieces";
import { unitName } from "./unitName";

export const fromHostname = (hostname: string | undefined): Pieces => ({
  files: hostname === undefined ? [] : [textFile("/etc/hostname", `${hostname}\n`)],
});

/**
 * Trusted by Ignition for what this config fetches, and by the running system: Fedora CoreOS takes what lies in anchors/
 * into its trust store at the first boot, and every boot of a live system is the first.
 */
export const fromCertificateAuthorities = (authorities: readonly string[] = []): Pieces => ({
  files: authorities.map((pem) => textFile(`/etc/pki/ca-trust/source/anchors/${short(pem)}.pem`, pem)),
  ignition:
    authorities.length === 0
      ? {}
      : { security: { tls: { certificateAuthorities: authorities.map((pem) => ({ source: dataUrl(pem) })) } } },
});

const short = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** For Ignition's own fetches (spec 3.1), for every service (systemd-system.conf(5)) and for login shells. */
export function fromProxy(proxy: ProxyArgs | undefined): Pieces {
  if (!proxy) return {};
  const { http, https, except = [] } = proxy;
  const words = [
    ["http_proxy", http],
    ["https_proxy", https],
    ["no_proxy", except.join(",") || undefined],
  ].filter((pair): pair is [string, string] => pair[1] !== undefined);
  const both = words.flatMap(([key, value]) => [`${key}=${value}`, `${key.toUpperCase()}=${value}`]);
  const environment = both.map((word) => `"${word.replace(/%/g, "%%")}"`).join(" ");
  return {
    files: [
      textFile("/etc/systemd/system.conf.d/50-proxy.conf", `[Manager]\nDefaultEnvironment=${environment}\n`),
      textFile("/etc/profile.d/50-proxy.sh", both.map((word) => `export '${word.replace(/'/g, "'\\''")}'\n`).join("")),
    ],
    ignition: { proxy: defined({ httpProxy: http, httpsProxy: https, noProxy: [...except] }) },
  };
}

export const fromTimezone = (timezone: string | undefined): Pieces => ({
  links:
    timezone === undefined
      ? []
      : [{ path: "/etc/localtime", target: `../usr/share/zoneinfo/${timezone}`, overwrite: true }],
});

export const fromSysctls = (sysctls: TypedArgs["sysctls"] = {}): Pieces => ({
  files: listFile(
    "/etc/sysctl.d/90-declared.conf",
    Object.entries(sysctls)
      .sort()
      .map(([key, value]) => `${key} = ${value}`),
  ),
});

export const fromKernelModules = (modules: readonly string[] = []): Pieces => ({
  files: listFile("/etc/modules-load.d/declared.conf", modules),
});

const listFile = (path: string, lines: readonly string[]) =>
  lines.length > 0 ? [textFile(path, lines.map((line) => `${line}\n`).join(""))] : [];

/** Compressed swap in memory (zram-generator.conf(5)), swap on a partition, or both. */
export function fromSwap({ zram, device }: SwapArgs = {}): Pieces {
  const files =
    zram === undefined ? [] : [textFile("/etc/systemd/zram-generator.conf", `[zram0]\nzram-size = ${zram}\n`)];
  if (device === undefined) return { files };
  const contents = `[Unit]\nDescription=Swap on ${device}\n\n[Swap]\nWhat=${device}\n\n[Install]\nRequiredBy=swap.target\n`;
  return {
    files,
    filesystems: [{ device, format: "swap", wipeFilesystem: false }],
    units: [{ name: `${unitName(device)}.swap`, enabled: true, contents }],
  };
}
