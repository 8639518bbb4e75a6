import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { releaseIndex, releaseMetadata, streamMetadata } from "../../provider/lab/sample/metadata";
import type { SampleRelease } from "../../provider/lab/sample/recipe";
import { packageRoot } from "../../provider/packageRoot";
import { fedoraKeysFor } from "../../provider/releases/keys";
import { type PublishedRelease, releaseIn } from "../../provider/releases/metadata";
import { compareVersions, resolve, type Wanted } from "../../provider/releases/resolve";
import { notesFrom } from "../../provider/releases/updateGraph";
import { check } from "../../provider/resources/fcosRelease";

const digests = { kernel: "1".repeat(64), initramfs: "2".repeat(64), rootfs: "3".repeat(64) };
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

describe("which release is meant", () => {
  let directory: string;
  let notes: string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "resolve-"));
    notes = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  const write = async (path: string, content: unknown) => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), typeof content === "string" ? content : JSON.stringify(content));
  };
  /** A publisher's server as Fedora's is laid out; versions from the oldest on, with their ages in days. */
  const publish = async (ages: Record<string, number>) => {
    const releases = Object.entries(ages).map(
      ([version, days]) =>
        ({ stream: "stable", version, released: daysAgo(days), layout: "live" }) as unknown as SampleRelease,
    );
    const base = pathToFileURL(directory).href;
    await write("streams/stable.json", streamMetadata(base, releases.at(-1)!, digests));
    await write("prod/streams/stable/releases.json", releaseIndex(base, "stable", releases));
    for (const release of releases)
      await write(
        `prod/streams/stable/builds/${release.version}/release.json`,
        releaseMetadata(base, release, digests),
      );
    return pathToFileURL(join(directory, "streams", "stable.json")).href;
  };
  const ask = (wanted: Wanted, before?: PublishedRelease, kept: readonly PublishedRelease[] = []) =>
    resolve(wanted, { before, mirrored: async () => kept, note: (line) => notes.push(line) });
  const three = { "43.20260901.3.0": 80, "43.20261001.3.0": 50, "44.20261115.3.0": 2 };

  it("is the one that the stream lists", async () => {
    const metadataUrl = await publish(three);
    const release = await ask({ metadataUrl });
    assert.deepEqual(
      [release.version, release.from, release.kernel.sha256],
      ["44.20261115.3.0", metadataUrl, digests.kernel],
    );
    assert.deepEqual(notes, []);
  });

  it("is a pinned one from the release index, which is said", async () => {
    const metadataUrl = await publish(three);
    const release = await ask({ metadataUrl, version: "43.20260901.3.0" });
    assert.match(release.kernel.location, /builds\/43\.20260901\.3\.0\//);
    assert.match(notes.join(), /43\.20260901\.3\.0 comes from the release index of stable/);
  });

  it("is a pinned one without asking anybody where it is mirrored already", async () => {
    const metadataUrl = await publish(three);
    const before = await ask({ metadataUrl, version: "43.20260901.3.0" });
    await rm(join(directory, "prod"), { recursive: true });
    assert.deepEqual(await ask({ metadataUrl, version: "43.20260901.3.0" }, before), before);
  });

  it("is a pinned one that is kept on the server, though the stream and the index are gone", async () => {
    const metadataUrl = await publish(three);
    const kept = await ask({ metadataUrl, version: "43.20260901.3.0" });
    await rm(join(directory, "prod"), { recursive: true });
    const wanted = { metadataUrl: metadataUrl.replace("stable", "gone"), version: kept.version };
    await assert.rejects(ask(wanted, undefined, [kept]), /gone\.json can't be read/); // another stream's
    const mine = { ...kept, from: wanted.metadataUrl };
    assert.deepEqual(await ask(wanted, undefined, [mine]), mine);
  });

  it("is none that there never was: the nearest are named", async () => {
    const metadataUrl = await publish(three);
    await assert.rejects(
      ask({ metadataUrl, version: "43.20261010.3.0" }),
      /version 43\.20261010\.3\.0 is not a release of stable: the nearest ones are .*43\.20261001\.3\.0/,
    );
  });

  it("stays where it is on hold", async () => {
    const metadataUrl = await publish(three);
    const before = await ask({ metadataUrl, version: "43.20261001.3.0" });
    assert.equal((await ask({ metadataUrl, hold: true }, before)).version, "43.20261001.3.0");
    assert.equal((await ask({ metadataUrl, hold: true })).version, "44.20261115.3.0"); // nothing to hold yet
  });

  it("is the newest that is old enough", async () => {
    const metadataUrl = await publish(three);
    assert.equal((await ask({ metadataUrl, minimumAge: "24h" })).version, "44.20261115.3.0");
    assert.deepEqual(notes, []);
    assert.equal((await ask({ metadataUrl, minimumAge: "7d" })).version, "43.20261001.3.0");
    assert.match(
      notes.join(),
      /44\.20261115\.3\.0, which is younger than minimumAge 7d: 43\.20261001\.3\.0 is the newest/,
    );
    assert.equal((await ask({ metadataUrl, minimumAge: "60d" })).version, "43.20260901.3.0");
    await assert.rejects(ask({ metadataUrl, minimumAge: "90d" }), /minimumAge 90d, and so is every other/);
  });

  it("never goes back for its age", async () => {
    const metadataUrl = await publish(three);
    const newest = await ask({ metadataUrl });
    assert.equal((await ask({ metadataUrl, minimumAge: "7d" }, newest)).version, newest.version);
  });

  it("stays with a warning where the stream can't be asked, unless it is another stream", async () => {
    const metadataUrl = await publish(three);
    const before = { ...(await ask({ metadataUrl })), from: pathToFileURL(join(directory, "gone.json")).href };
    assert.equal((await ask({ metadataUrl: before.from }, before)).version, before.version);
    assert.match(notes.join(), /warning: .*gone\.json can't be read: .*; the release stays at 44\.20261115\.3\.0/);
    await write("portal.json", "<html>log in first</html>");
    const portal = pathToFileURL(join(directory, "portal.json")).href;
    assert.equal((await ask({ metadataUrl: portal }, { ...before, from: portal })).version, before.version);
    const other = pathToFileURL(join(directory, "other.json")).href;
    await assert.rejects(ask({ metadataUrl: other }, before), /other\.json can't be read/);
  });

  for (const [what, content, reason] of [
    ["that is not JSON", "<html>", /is not JSON/],
    ["without architectures", { stream: "stable" }, /is not stream metadata/],
    ["that nests deeper than can be read", "[".repeat(5_000_000), /is not JSON/],
    ["longer than any", " ".repeat(9 << 20), /is longer than \d+ bytes/],
    ["whose stream is a path", { stream: "../../etc", architectures: {} }, /is not stream metadata/],
    [
      "whose architectures are a prototype's",
      '{"stream":"stable","architectures":{"__proto__":{"x86_64":{}}}}',
      /it has /,
    ],
  ] as const)
    it(`is not to be had from a document ${what}`, async () => {
      await write("bad.json", content);
      await assert.rejects(ask({ metadataUrl: pathToFileURL(join(directory, "bad.json")).href }), reason);
    });

  for (const [what, location, url] of [
    ["this machine's from a document from the network", "file:///etc/shadow", "http://mirror.example.org/stable.json"],
    [
      "another server's from Fedora's",
      "https://example.org/kernel",
      "https://builds.coreos.fedoraproject.org/streams/stable.json",
    ],
  ] as const)
    it(`is not of files that are ${what}`, () => {
      const sample = { stream: "stable", version: "44.1.2.3", released: daysAgo(1), layout: "live" } as const;
      const metadata = streamMetadata(new URL("..", url).href, sample as unknown as SampleRelease, digests);
      releaseIn(JSON.stringify(metadata), url, "x86_64");
      metadata.architectures.x86_64!.artifacts.metal.formats.pxe.kernel!.location = location;
      assert.throws(
        () => releaseIn(JSON.stringify(metadata), url, "x86_64"),
        new RegExp(`lists ${location} for the kernel, which is not its own to publish`),
      );
    });

  it("is not to be had for an architecture that the stream lacks", async () => {
    const metadataUrl = await publish(three);
    await assert.rejects(
      ask({ metadataUrl, architecture: "s390x" }),
      /"s390x" is not in the stream stable: it has x86_64/,
    );
  });

  it("is of unsigned files only where that is asked for", async () => {
    const metadataUrl = await publish(three);
    const text = readFileSync(join(directory, "streams", "stable.json"), "utf8");
    await write("streams/rhcos.json", text.replaceAll(/"signature":"[^"]*",/g, "").replace('"stable"', '"rhcos-4.21"'));
    const rhcos = metadataUrl.replace("stable.json", "rhcos.json");
    const site = { directory, url: "http://10.44.0.1" };
    const [failure] = (await check({}, { site, metadataUrl: rhcos })).failures ?? [];
    assert.match(failure?.reason ?? "", /published without a signature: give verification: "sha256"/);
    const { inputs, failures } = await check({}, { site, metadataUrl: rhcos, verification: "sha256" });
    assert.deepEqual(failures ?? [], []);
    assert.match(inputs.ref, /^rhcos-4\.21 44\.20261115\.3\.0 x86_64 sha256:/);
    const [signed] = (await check({}, { site, metadataUrl, verification: "sha256" })).failures ?? [];
    assert.match(signed?.reason ?? "", /verification must not be "sha256": this release is signed/);
  });

  for (const [what, block] of [
    ["that is none", "no key"],
    ["that is cut off", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBGPQ"],
  ] as const)
    it(`refuses a key block ${what}`, async () => {
      const metadataUrl = await publish(three);
      const site = { directory, url: "http://10.44.0.1" };
      const [failure] = (await check({}, { site, metadataUrl, trustedKeys: [block] })).failures ?? [];
      assert.equal(failure?.property, "trustedKeys");
      assert.match(failure?.reason ?? "", /^trustedKeys\[0\] must be an armored OpenPGP public key/);
    });

  it("compares versions by their numbers", () => {
    const sorted = ["9.8.20260428-0", "43.20261101.3.0", "43.20261101.3.10", "44.20260101.1.0"];
    assert.deepEqual([...sorted].reverse().sort(compareVersions), sorted);
  });

  it("knows Fedora's key for each major version, and no other's", async () => {
    for (let major = 30; major <= 46; major++) {
      const [key, ...more] = await fedoraKeysFor(`${major}.20260101.3.0`);
      assert.deepEqual(more, []);
      assert.match(key?.getUserIDs()[0] ?? "", new RegExp(`^Fedora \\(${major}\\) <fedora-${major}-primary@`));
    }
    assert.deepEqual(await fedoraKeysFor("47.20260101.3.0"), []);
  });
});

const shared = join(packageRoot, "..", "shared", "streams");

(existsSync(shared) ? describe : describe.skip)("Fedora's real metadata", () => {
  for (const name of existsSync(shared) ? readdirSync(shared).filter((file) => !file.startsWith("updates-")) : [])
    for (const architecture of ["x86_64", "aarch64", "ppc64le", "s390x"])
      it(`${name} lists a whole release for ${architecture}`, () => {
        const url = `https://builds.coreos.fedoraproject.org/streams/${name}`;
        const release = releaseIn(readFileSync(join(shared, name), "utf8"), url, architecture);
        assert.equal(`${release.stream}.json`, name);
        for (const kind of ["kernel", "initramfs", "rootfs"] as const) {
          const file = release[kind]!;
          assert.match(
            file.location,
            new RegExp(`/${release.version.replaceAll(".", "\\.")}/${architecture}/.*live-${kind}`),
          );
          assert.equal(file.signature, `${file.location}.sig`);
        }
      });

  it("tells barriers and dead ends of its update graphs", () => {
    const graph = JSON.parse(readFileSync(join(shared, "updates-next.json"), "utf8"));
    assert.match(
      notesFrom(graph.releases, undefined, "38.20230310.1.0").join(),
      /is a dead end of its stream \(https:/,
    );
    const notes = notesFrom(graph.releases, "32.20200601.1.0", "33.20201020.1.0");
    assert.match(notes.join("\n"), /lies the barrier 32\.20200615\.1\.3 \(https:.*\n.*the barrier 32\.20200923\.1\.0/);
    assert.equal(notes.length, 2);
    assert.match(notesFrom(graph.releases, "44.20260720.1.1", "44.20260101.1.0").join(), /is older than/);
  });
});
