import { type Host, mustRun } from "../hosts/host";

interface Program {
  readonly debian: string;
  readonly fedora: string;
}

const iproute = { debian: "iproute2", fedora: "iproute" };
const always: Record<string, Program> = { ip: iproute, ss: iproute };
const daemons: Record<string, Program> = {
  dnsmasq: { debian: "dnsmasq-base", fedora: "dnsmasq" },
  nginx: { debian: "nginx-light", fedora: "nginx" },
};

/** Names all that a host lacks at once, rather than let one step after the other fail. `inImage`: the daemons come with it. */
export async function requirePrograms(host: Host, { inImage }: { inImage: boolean }): Promise<void> {
  const needed = inImage ? always : { ...always, ...daemons };
  const look = 'for program; do command -v "$program" >/dev/null || echo "$program"; done';
  const missing = (await mustRun(host, ["sh", "-c", look, "sh", ...Object.keys(needed)])).split("\n").filter(Boolean);
  if (missing.length === 0) return;
  const packages = (family: keyof Program) => [...new Set(missing.map((name) => needed[name]![family]))].join(" ");
  throw new Error(
    `${host.name} has no ${missing.join(", no ")}: set prepare: true, or install there ${packages("debian")} (Debian), ` +
      `${packages("fedora")} (Fedora), and run pulumi up again`,
  );
}
