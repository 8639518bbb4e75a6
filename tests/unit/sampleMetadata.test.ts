import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { artifactNames, samplePaths } from "../../provider/lab/sample/paths";
import { publishSample, signArtifacts } from "../../provider/lab/sample/publish";
import { recipeDigest, sampleReleases } from "../../provider/lab/sample/recipe";
import { layOut } from "./sampleFiles";

describe("the sample release's publication", () => {
  let root: string;
  let cache: string | undefined;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "sample-publish-"));
    cache = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = join(root, "cache");
    await layOut(root);
    await signArtifacts(root);
  });

  after(async () => {
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
    await rm(root, { recursive: true });
  });

  const stream = async (name: "stable" | "next" | "legacy") =>
    JSON.parse(await readFile(samplePaths(root).streams[name], "utf8"));

  it("writes stream metadata in the form of Fedora CoreOS", async () => {
    await publishSample({ root, baseUrl: "http://10.0.0.1/fcos/" });
    const metadata = await stream("stable");
    equal(metadata.stream, "stable");
    const metal = metadata.architectures.x86_64.artifacts.metal;
    equal(metal.release, "43.20261101.3.0");
    deepEqual(Object.keys(metal.formats.pxe), ["kernel", "initramfs", "rootfs"]);
    equal(
      metal.formats.pxe.rootfs.location,
      "http://10.0.0.1/fcos/prod/streams/stable/builds/43.20261101.3.0/x86_64/fedora-coreos-43.20261101.3.0-live-rootfs.x86_64.img",
    );
    equal(metal.formats.pxe.kernel.signature, `${metal.formats.pxe.kernel.location}.sig`);
    match(metal.formats.pxe.kernel.sha256, /^[0-9a-f]{64}$/);
  });

  it("lists kernel and initramfs alone, with the dash, for the release of 2020", async () => {
    await publishSample({ root });
    const pxe = (await stream("legacy")).architectures.x86_64.artifacts.metal.formats.pxe;
    deepEqual(Object.keys(pxe), ["kernel", "initramfs"]);
    match(pxe.kernel.location, /^file:.*-live-kernel-x86_64$/);
  });

  it("writes an index whose only entry leads to the release's own metadata", async () => {
    await publishSample({ root });
    const index = JSON.parse(await readFile(samplePaths(root).indexes.next, "utf8"));
    deepEqual(
      index.releases.map((release: { version: string }) => release.version),
      ["44.20261115.1.0"],
    );
    const release = JSON.parse(await readFile(new URL(index.releases[0].metadata), "utf8"));
    const listed = (await stream("next")).architectures.x86_64.artifacts.metal.formats.pxe;
    deepEqual(release.architectures.x86_64.media.metal.artifacts.pxe, listed);
  });

  it("can write the metadata elsewhere than beside the artifacts", async () => {
    const to = join(root, "elsewhere");
    await publishSample({ root, baseUrl: "http://10.0.0.1", to });
    match(await readFile(join(to, "streams", "stable.json"), "utf8"), /http:\/\/10\.0\.0\.1\/prod\/streams/);
  });

  it("signs with a key that a later build finds again, and a changed file is not covered", async () => {
    const openpgp = await import("openpgp");
    const paths = samplePaths(root);
    const key = await readFile(paths.publicKey, "utf8");
    await signArtifacts(root);
    equal(await readFile(paths.publicKey, "utf8"), key);

    const check = async (bytes: Uint8Array) => {
      const { signatures } = await openpgp.verify({
        message: await openpgp.createMessage({ binary: bytes }),
        signature: await openpgp.readSignature({
          binarySignature: await readFile(`${paths.artifacts.stable.kernel}.sig`),
        }),
        verificationKeys: await openpgp.readKey({ armoredKey: key }),
      });
      return signatures[0]!.verified.catch(() => false);
    };
    const bytes = await readFile(paths.artifacts.stable.kernel);
    equal(await check(bytes), true);
    await writeFile(paths.artifacts.stable.kernel, "changed");
    equal(await check(await readFile(paths.artifacts.stable.kernel)), false);
    await writeFile(paths.artifacts.stable.kernel, bytes);
  });
});

describe("the sample release's recipe", () => {
  it("has a digest that is the same for the same recipe", () => {
    match(recipeDigest(), /^[0-9a-f]{16}$/);
    equal(recipeDigest(), recipeDigest());
  });

  it("names two ordinary releases that differ and one of 2020", () => {
    const [stable, next, legacy] = sampleReleases;
    notEqual(stable.version, next.version);
    ok(artifactNames(stable).rootfs);
    equal(artifactNames(legacy).rootfs, undefined);
  });
});
