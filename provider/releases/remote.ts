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
}

const patience = { timeoutMs: 2 * 3600_000 };

/**
 * The same by the tools of a host that is elsewhere: it fetches for itself, so that no image takes the way through the machine
 * where the program runs. curl(1) goes on where it stopped, sha256sum(1) and gpgv(1) judge, flock(1) keeps others out.
 */
export async function downloadThere({ host, site, urls, sha256, signatureAt, keys, path, part }: RemoteDownload) {
  const { work } = sitePaths(site);
  await host.makeDirectory(work, 0o700);
  const reasons: string[] = [];
  for (const url of urls) {
    const retry = ["--retry", "5", "--retry-connrefused", "--speed-limit", "1", "--speed-time", "30"];
    const curl = ["curl", "--fail", "--silent", "--show-error", "--location", ...retry, "--continue-at", "-"];
    const fetched = await host.run(["flock", `${part}.lock`, ...curl, "--output", part, "--", url], patience);
    const found = (await host.run(["sha256sum", "--binary", part], patience)).stdout.split(" ")[0];
    if (found === sha256) {
      if (signatureAt) await verifyThere(host, { part, signature: await signatureAt(url), keys });
      await mustRun(host, ["chmod", "0644", part]);
      await mustRun(host, ["sync", part], patience);
      await mustRun(host, ["mv", "--no-target-directory", part, path]);
      await host.remove(`${part}.lock`);
      return;
    }
    if (fetched.code === 0) await host.remove(part); // whole, and wrong
    reasons.push(
      fetched.code === 0
        ? `${url} has the sha256 ${found}, its metadata says ${sha256}`
        : `${url}: ${fetched.stderr.trim() || `curl ended with ${fetched.code}`}`,
    );
  }
  throw new Error(`${host.name}: ${reasons.join("; ")}`);
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
