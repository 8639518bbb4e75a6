import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostOf } from "../../provider/hosts";
import { type Site, sitePaths } from "../../provider/hosts/site";
import { mirrorFiles, type Terms } from "../../provider/releases/mirror";
import { type Misbehaviour, releaseServer } from "./releaseServer";
import { type TestKey, testKey } from "./tinyStream";

/** For the tests of a `describe`: a release server and an empty directory for each, and one key for all. */
export function mirroring() {
  let key: TestKey;
  let directory: string;
  let server: Awaited<ReturnType<typeof releaseServer>>;

  before(async () => {
    key = await testKey();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "mirror-"));
    server = await releaseServer(key);
  });
  afterEach(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  const site = (): Site => ({ directory, url: "http://10.44.0.1" });
  const store = () => sitePaths(site()).store;
  const served = async () => (await readdir(store())).sort();
  const fileOf = (kind: string) => server.release[kind as "kernel"];
  const all = () => kinds.map((kind) => fileOf(kind).sha256).sort();
  return {
    key: () => key,
    server: () => server,
    site,
    store,
    served,
    fileOf,
    /** The requests for a path, each with the range that it asked for. */
    requestsFor: (path: string) => server.requests.filter((request) => request.split(" ")[0] === path),
    async mirror(terms: Terms = {}, to: Site = site()) {
      await mkdir(store(), { recursive: true });
      await mirrorFiles(hostOf(to), to, server.release, { trustedKeys: [key.publicKey], ...terms });
    },
    async assertServed() {
      assert.deepEqual(await served(), all());
      for (const kind of kinds)
        assert.ok((await readFile(join(store(), fileOf(kind).sha256))).equals(server.files.get(`/${kind}`)!), kind);
      assert.deepEqual(
        (await readdir(sitePaths(site()).work).catch(() => [])).filter((name) => name.endsWith(".part")),
        [],
      );
    },
  };
}

const kinds = ["kernel", "initramfs", "rootfs"];

/** The first request for the kernel goes wrong in that way; what comes after it doesn't. */
export const once = (misbehaviour: Misbehaviour): Misbehaviour => {
  let done = false;
  return (request, response, content) => {
    if (request.url !== "/kernel" || done) return false;
    done = true;
    return misbehaviour(request, response, content);
  };
};

export const half = (content: Buffer) => content.subarray(0, content.length / 2);

export const breakOff: Misbehaviour = (_request, response, content) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(half(content), () => setTimeout(() => response.destroy(), 50));
  return true;
};
