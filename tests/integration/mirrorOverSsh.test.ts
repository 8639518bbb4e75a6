import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hostOf } from "../../provider/hosts";
import { sitePaths } from "../../provider/hosts/site";
import { mirrorFiles, type Terms } from "../../provider/releases/mirror";
import { breakOff, half, mirroring, once } from "../support/mirroring";
import { type Sshd, startSshd } from "../support/sshd";
import { testKey } from "../support/tinyStream";

describe("the mirroring of a release on a host over SSH", function () {
  this.timeout(120_000);
  const { key, server, site, store, served, fileOf, requestsFor, mirror, assertServed } = mirroring();
  let sshd: Sshd;
  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd.stop());

  const there = () => ({ ...site(), host: sshd.connection });
  const mirrorThere = (terms?: Terms) => mirror(terms, there());

  it("is done by that host, which fetches nothing twice", async () => {
    await mirrorThere();
    await assertServed();
    assert.deepEqual([...new Set(server().agents.map((agent) => agent.split("/")[0]))], ["curl"]);
    const before = server().requests.length;
    await mirrorThere();
    assert.equal(server().requests.length, before);
    assert.deepEqual(await readdir(sitePaths(site()).work), []);
  });

  it("goes on where a transfer broke off", async () => {
    server().misbehave = once(breakOff);
    await mirrorThere();
    await assertServed();
    assert.match(requestsFor("/kernel").at(-1)!, /^\/kernel bytes=[1-9]\d+-$/);
  });

  it("begins anew when the file changed between two ranges", async () => {
    server().misbehave = once((request, response, content) =>
      breakOff(request, response, Buffer.from(content.map((byte) => byte ^ 1))),
    );
    await mirrorThere();
    await assertServed();
    assert.equal(requestsFor("/kernel").at(-1), "/kernel");
  });

  it("begins anew where a server knows no ranges", async () => {
    await mkdir(sitePaths(site()).work, { recursive: true });
    const begun = half(server().files.get("/kernel")!);
    await writeFile(join(sitePaths(site()).work, `${fileOf("kernel").sha256}.part`), begun);
    server().misbehave = (request, response, content) => {
      if (request.url === "/kernel") response.writeHead(200, { "content-length": content.length }).end(content);
      return request.url === "/kernel";
    };
    await mirrorThere();
    await assertServed();
  });

  it("is sent what lies on the machine where the program runs", async () => {
    const local = join(site().directory, "published");
    await mkdir(local);
    for (const [path, content] of server().files) await writeFile(join(local, path), content);
    const at = (path: string) => pathToFileURL(join(local, path)).href;
    const file = (kind: "kernel" | "initramfs" | "rootfs") => ({
      ...server().release[kind]!,
      ...{ location: at(kind), signature: at(`${kind}.sig`) },
    });
    const files = { kernel: file("kernel"), initramfs: file("initramfs"), rootfs: file("rootfs") };
    await mkdir(store(), { recursive: true });
    const terms = { trustedKeys: [key().publicKey] };
    await mirrorFiles(hostOf(there()), there(), { ...server().release, ...files }, terms);
    await assertServed();
    assert.deepEqual(server().requests, []);
  });

  it("does not begin what has no room there", async () => {
    const kernel = { ...server().release.kernel, bytes: 2 ** 60 };
    await mkdir(store(), { recursive: true });
    await assert.rejects(
      mirrorFiles(hostOf(there()), there(), { ...server().release, kernel }, { trustedKeys: [key().publicKey] }),
      /^Error: \S+@127\.0\.0\.1:\d+: \S+\/work has \d+ MiB free, 1099511627776 MiB are still to come: make room/,
    );
    assert.deepEqual(server().requests, []);
  });

  it("refuses what is signed by somebody else or not as it was published, and succeeds when it is right", async () => {
    const right = [server().files.get("/kernel.sig")!, server().files.get("/rootfs")!] as const;
    server().files.set("/kernel.sig", Buffer.from(await (await testKey()).sign(server().files.get("/kernel")!)));
    server().files.set("/rootfs", Buffer.from("another rootfs"));
    await assert.rejects(mirrorThere(), (error: Error) => {
      assert.match(error.message, /the signature of \S+ does not verify: gpgv: /);
      assert.match(error.message, /rootfs has the sha256 [0-9a-f]{64}, its metadata says/);
      return true;
    });
    assert.deepEqual(await served(), [fileOf("initramfs").sha256]);
    server().files.set("/kernel.sig", right[0]);
    server().files.set("/rootfs", right[1]);
    await mirrorThere();
    await assertServed();
  });
});
