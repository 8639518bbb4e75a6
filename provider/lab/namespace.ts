import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "../hosts/host";
import { localHost } from "../hosts/local";

/** The first process of a lab's namespaces; when it ends, everything in the lab ends with it. */
interface Holder {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: a pid alone may have been given to somebody else since. */
  readonly startTime: string;
  /** Whether the namespaces hang below a user namespace, as an ordinary user's must. */
  readonly userNamespace: boolean;
}

const holderFile = (labDirectory: string) => join(labDirectory, "namespace.json");

/** Opens a private network, mount and process namespace that outlives this process. Needs no privilege. */
export async function openNamespace(labDirectory: string): Promise<void> {
  await mkdir(labDirectory, { recursive: true, mode: 0o755 });
  const userNamespace = process.getuid?.() !== 0;
  const own = userNamespace ? ["--user", "--map-root-user"] : [];
  const log = await open(join(labDirectory, "namespace.log"), "w");
  const unshare = spawn(
    "unshare",
    // bash as the first process: unlike sleep it reaps the orphans that its namespace inherits
    [
      ...own,
      "--net",
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      "bash",
      "-c",
      "sleep infinity & wait",
    ],
    { detached: true, stdio: ["ignore", log.fd, log.fd] },
  );
  let failure = "";
  unshare.on("error", (error) => {
    failure = error.message;
  });
  unshare.unref();
  const pid = await firstChild(unshare.pid, () => failure || unshare.exitCode !== null);
  await log.close();
  if (pid === undefined) {
    const said = failure || (await readFile(join(labDirectory, "namespace.log"), "utf8")).trim();
    throw new Error(`cannot open a network namespace: ${said || "unshare ended"}`);
  }
  const holder: Holder = { pid, startTime: startTime(pid) ?? "", userNamespace };
  await localHost().writeFile(holderFile(labDirectory), `${JSON.stringify(holder)}\n`);
}

async function firstChild(parent: number | undefined, ended: () => unknown): Promise<number | undefined> {
  for (let tries = 0; tries < 500 && parent !== undefined && !ended(); tries++) {
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, "utf8").catch(() => "");
    const child = Number(children.trim().split(" ")[0]);
    // until it became bash, the child has not finished setting its namespaces up
    if (child && (await readFile(`/proc/${child}/comm`, "utf8").catch(() => "")).trim() === "bash") return child;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return undefined;
}

/** Ends every process of the lab and waits until the kernel took the namespaces down. */
export async function closeNamespace(labDirectory: string): Promise<void> {
  const holder = liveHolder(labDirectory);
  if (!holder) return;
  process.kill(holder.pid, "SIGKILL");
  for (let tries = 0; tries < 1000 && liveHolder(labDirectory); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

export const isNamespaceOpen = (labDirectory: string): boolean => liveHolder(labDirectory) !== undefined;

/** This machine's files, and its commands run inside the lab's namespaces. */
export const labHost = (labDirectory: string): Host => localHost("the lab", () => enterLab(labDirectory));

/** What is put before a command that is to run inside the lab's namespaces. */
export function enterLab(labDirectory: string): string[] {
  const holder = liveHolder(labDirectory);
  if (!holder)
    throw new Error(`the lab in ${labDirectory} is not running (was this machine restarted?): run pulumi up --refresh`);
  const user = holder.userNamespace ? ["--user", "--preserve-credentials"] : [];
  return ["nsenter", "--target", String(holder.pid), ...user, "--net", "--mount", "--pid", "--"];
}

function liveHolder(labDirectory: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(holderFile(labDirectory), "utf8")) as Holder;
    return startTime(holder.pid) === holder.startTime ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** When a process started, in clock ticks since boot; undefined when it is gone or only its exit status is left. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the command's name may hold spaces
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
