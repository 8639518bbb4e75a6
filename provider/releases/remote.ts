import type { PublicKey } from "openpgp" with { "resolution-mode": "import" };
import { type Host, mustRun } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { reasonAgainst } from "./keys";

interface RemoteDownload {
  readonly host: Host;
  readonly site: Site;
  readonly urls: readonly string[];
  /** Hex. */
  readonly sha256: string;
  /** Fetches the signature that belongs to an address; absent where the publisher signs nothing. */
  readonly signatureAt?: (url: string) => Promise<Buffer>;
  readonly keys: readonly PublicKey[];
  readonly path: string;
  readonly part: string;
  /** Of the whole file, where that is known. */
  readonly bytes?: number;
  readonly progress: (fresh: number, have: number, total: number | undefined) => void;
}

const patience = { timeoutMs: 2 * 3600_000 };

/**
 * The same by the tools of a host that is elsewhere: it fetches for itself, so that no image takes the way through the machine
 * where the program runs. curl(1) goes on where it stopped, sha256sum(1) and gpgv(1) judge, flock(1) keeps others out.
 */
export async function downloadThere(wanted: RemoteDownload): Promise<void> {
  const { host, site, urls, signatureAt, keys, path, part } = wanted;
  await host.makeDirectory(sitePaths(site).work, 0o700);
  const reasons: string[] = [];
  for (const url of urls) {
    const problem = await fetchThere(wanted, url);
    if (problem) {
      reasons.push(problem);
      continue;
    }
    if (signatureAt) await verifyThere(host, { part, signature: await signatureAt(url), keys });
    await mustRun(host, ["chmod", "0644", part]);
    await mustRun(host, ["sync", part], patience);
    await mustRun(host, ["mv", "--no-target-directory", part, path]);
    await host.remove(`${part}.lock`);
    return;
  }
  throw new Error(`${host.name}: ${reasons.join("; ")}`);
}

const attempts = 5;
const pauseMs = 1_000;
/** curl's exit codes for what may go better the next time: no connection, a transfer that broke off or stalled. */
const passing = [7, 18, 28, 52, 55, 56];
/** Its exit code where a server can't go on in the middle of a file. */
const noRanges = 33;

/** Why the part file isn't what it should be by now; undefined where it is. */
async function fetchThere(wanted: RemoteDownload, url: string): Promise<string | undefined> {
  const { host, sha256, part } = wanted;
  let problem: string | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));
    const had = (await host.size(part)) ?? 0;
    const { code, stderr } = await watched(wanted, had, () => host.run(curl(part, url), patience));
    const found = (await host.run(["sha256sum", "--binary", part], patience)).stdout.split(" ")[0];
    if (found === sha256) return undefined;
    problem = code === 0 ? `${url} has the sha256 ${found}, its metadata says ${sha256}` : `${url}: ${stderr.trim()}`;
    const isUseless = code === 0 || code === noRanges; // whole and wrong, or not to be gone on with
    if (isUseless) await host.remove(part);
    const isWorthAnotherTry = isUseless ? had > 0 : passing.includes(code); // it may have changed between its two parts
    if (!isWorthAnotherTry) break;
  }
  return problem;
}

function curl(part: string, url: string): string[] {
  const retry = ["--retry", "5", "--retry-connrefused", "--speed-limit", "1", "--speed-time", "30"];
  const quiet = ["--fail", "--silent", "--show-error", "--location"];
  return ["flock", `${part}.lock`, "curl", ...quiet, ...retry, "--continue-at", "-", "--output", part, "--", url];
}

const lookMs = 5_000;

/** Looks now and then how much of the file is there, for as long as something goes on. */
async function watched<T>(
  { host, part, bytes, progress }: RemoteDownload,
  had: number,
  work: () => Promise<T>,
): Promise<T> {
  let seen = had;
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    const have = (await host.size(part).catch(() => undefined)) ?? seen;
    progress(have - seen, have, bytes);
    seen = have;
    looking = false;
  };
  const timer = setInterval(() => void look(), lookMs);
  return work().finally(() => clearInterval(timer));
}

interface Signed {
  readonly part: string;
  readonly signature: Buffer;
  readonly keys: readonly PublicKey[];
}

/** gpgv trusts every key of its keyring, so only those whose signatures still count are put into it. */
async function verifyThere(host: Host, { part, signature, keys }: Signed): Promise<void> {
  const usable: PublicKey[] = [];
  for (const key of keys) if (!(await reasonAgainst(key))) usable.push(key);
  const files = { [`${part}.gpg`]: Buffer.concat(usable.map((key) => key.write())), [`${part}.sig`]: signature };
  try {
    for (const [name, content] of Object.entries(files)) await host.writeFile(name, content, 0o600);
    const argv = ["gpgv", "--keyring", `${part}.gpg`, `${part}.sig`, part];
    const { code, stderr } = await host.run(argv, patience);
    if (code === 0) return;
    await host.remove(part);
    throw new Error(`${host.name}: the signature of ${part} does not verify: ${stderr.trim()}`);
  } finally {
    for (const name of Object.keys(files)) await host.remove(name);
  }
}
