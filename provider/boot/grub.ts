import { type BootEntry, bootInterface, hardwareAddress, retrySeconds } from "./entry";
import { architectureOf, type Identity, identityName, macOf } from "./identity";

/** What GRUB calls itself by ($grub_cpu) where that isn't what the kernel says. */
const grubCpus: Record<string, string> = { aarch64: "arm64" };

export function grubConfigName(identity: Identity): string {
  const mac = macOf(identity);
  const architecture = architectureOf(identity);
  if (architecture) return `grub.cfg-architecture-${grubCpus[architecture] ?? architecture}`;
  return `grub.cfg-${mac ? hardwareAddress(mac) : identityName(identity)}`;
}

/**
 * One machine's GRUB configuration (GRUB manual, "Writing full configuration files directly"). Words are in single
 * quotes, in which GRUB's shell takes all characters as they are; kernel arguments can't contain one themselves. Debian's
 * signed GRUB has no HTTP, and under Secure Boot may not load it: then the same files come from where GRUB itself came from.
 * Whether it has shows only when it is used: `insmod` succeeds with a module that isn't there.
 */
export function grubConfig(entry: BootEntry): string {
  const files = [entry.kernel, ...entry.initrds].map(located);
  const args = [...entry.kernelArguments.map((word) => `'${word}'`), `"${bootInterface(entry.identity, ownAddress)}"`];
  const commands = (of: typeof files) => {
    const [kernel, ...initrds] = of.map(({ server = "", path }) => `'${server}${path}'`);
    return { linux: `linux ${kernel} ${args.join(" ")}`, initrd: `initrd ${initrds.join(" ")}` };
  };
  const near = commands(files.map(({ path }) => ({ path })));
  const ways = files.some(({ server }) => server) ? [commands(files), near] : [near];
  const seconds = retrySeconds(entry.identity);
  const tries = ways.map(
    ({ linux, initrd }, index) => `    ${index > 0 ? "elif" : "if"} ${linux}; then
      if ${initrd}; then set loaded=yes; fi
`,
  );
  return `# ${entry.owner}
set timeout=0
menuentry 'pxeboot' {
  set loaded=no
  while [ $loaded = no ]; do
${tries.join("")}    fi
    if [ $loaded = no ]; then
      echo 'not loaded, once more in ${seconds} s'
      sleep ${seconds}
    fi
  done
}
`;
}

/** GRUB's own way to write a place: "(http,10.44.0.1)" and "/store/…"; a path alone is on the server that GRUB came from. */
function located(location: string): { server?: string; path: string } {
  if (location.startsWith("/")) return { path: location };
  const { protocol, host, pathname } = new URL(location);
  return { server: `(${protocol.slice(0, -1)},${host})`, path: pathname };
}

/** Set by the entrance: the MAC address of the interface that GRUB booted from, as in file names. */
const ownAddress = "$own_address";

/**
 * What a GRUB from the network reads first: it goes on to the configuration of the machine that it runs on. Whether that is there
 * shows when it is read: a test for it would list the directory, which TFTP can't. `smbios` reads type 1: 8 is where the UUID
 * is, 7 the serial number; a GRUB that doesn't have the command goes on.
 */
export const grubEntrance = `regexp --set=1:a --set=2:b --set=3:c --set=4:d --set=5:e --set=6:f '^(..):(..):(..):(..):(..):(..)$' "$net_default_mac"
own_address="$a-$b-$c-$d-$e-$f"
if source "$prefix/grub.cfg-01-$own_address"; then
  true
else
  smbios --type 1 --get-uuid 8 --set uuid
  smbios --type 1 --get-string 7 --set serial
  if source "$prefix/grub.cfg-uuid-$uuid"; then
    true
  elif source "$prefix/grub.cfg-serial-$serial"; then
    true
  elif source "$prefix/grub.cfg-architecture-$grub_cpu"; then
    true
  else
    source "$prefix/unknown.cfg"
  fi
fi
`;
