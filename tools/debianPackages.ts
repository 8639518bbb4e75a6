import { spawnSync } from "node:child_process";
import { samplePackages } from "../provider/lab/sample";

/** What the lab runs, what the package is tested with, and what the sample release is built with. */
export const debianPackages = [
  ...["qemu-system-x86", "ipxe-qemu", "dnsmasq-base", "nginx-light", "pxelinux", "syslinux-common"],
  ...["ipxe", "ovmf", "shim-signed", "grub-efi-amd64-signed"],
  ...["iproute2", "util-linux", "python3", "curl", "gpg", "gpgv", "openssh-client", "openssh-server", "procps", "wrk"],
  ...samplePackages,
];

/** Installs what is missing with apt-get, through sudo where this is not root; ends with the command to run otherwise. */
export async function requireDebianPackages(log: (line: string) => void, packages = debianPackages): Promise<void> {
  const missing = missingOf(packages);
  if (missing.length === 0) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (asRoot.length > 0 && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0)
    throw new Error(
      `these Debian packages are missing, and this user may not install them without a password:\n  sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
  log(`installing ${missing.length} Debian packages (up to two minutes): ${missing.join(" ")}`);
  // in runlevel 1 no package starts its server: nginx would take port 80
  const environment = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"];
  run([...asRoot, ...environment, "apt-get", "-q", "update"]);
  run([...asRoot, ...environment, "apt-get", "-qy", "install", "--no-install-recommends", ...missing]);
}

function missingOf(packages: readonly string[]): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills it in
  const format = "${Package} ${db:Status-Abbrev}\n";
  const query = spawnSync("dpkg-query", ["--show", "--showformat", format, ...packages], {
    encoding: "utf8",
  });
  if (query.error)
    throw new Error("this is not a Debian-like machine (no dpkg-query): the lab runs on Debian 12 or newer and Ubuntu");
  const there = new Set(query.stdout.split("\n").flatMap((line) => (/^(\S+) ii/.exec(line) ?? []).slice(1)));
  return packages.filter((name) => !there.has(name));
}

function run(argv: string[]): void {
  const [command, ...args] = argv as [string, ...string[]];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status === 0) return;
  throw new Error(`${argv.join(" ")} failed:\n${`${stdout}\n${stderr}`.trim().split("\n").slice(-15).join("\n")}`);
}
