import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { neededBodies } from "../../provider/boot/firstConfig";
import {
  type Binding,
  bootFiles,
  declaredDigest,
  isPublished,
  publish,
  requireContent,
  withdraw,
  withdrawOutdated,
} from "../../provider/boot/publish";
import { hostOf } from "../../provider/hosts";
import { sitePaths } from "../../provider/hosts/site";
import { readDataUrl } from "../../provider/ignition/dataUrl";
import { parseIgnitionRef } from "../../provider/ignition/ref";
import { unwrapIgnition } from "../../provider/initrd/wrap";
import * as provider from "../../provider/resources/ignitionConfig";
import * as machine from "../../provider/resources/machine";

type Inputs = Parameters<typeof provider.create>[0];

const file = (digit: string) => ({ sha256: digit.repeat(64), size: 1 });
const manifest = { architecture: "x86_64", kernel: file("1"), initramfs: file("2"), rootfs: file("3") } as never;

describe("the delivery of Ignition configs", () => {
  let directory: string;
  const site = () => ({ directory, url: "http://10.0.0.1", tls: { url: "https://10.0.0.1" } });
  const host = () => hostOf(site());
  const check = (args: object) =>
    provider.check({}, { name: "compute", site: site(), sshAuthorizedKeys: ["k"], ...args } as never);
  const published = async (args: object): Promise<Inputs> => {
    const { inputs, failures } = await check(args);
    assert.deepEqual(failures, []);
    await provider.create(inputs);
    return inputs;
  };
  const binding = (configs: readonly Inputs[], hostname?: string): Binding => ({
    ...{ name: "node1", identity: "52:54:00:00:00:01", release: "a".repeat(64), kernelArguments: [], hostname },
    ignition: configs.map(({ ref }) => parseIgnitionRef(ref)),
  });
  const filesOf = async (bound: Binding) =>
    bootFiles(site(), bound, manifest, await neededBodies(host(), site(), bound));
  const appended = async (bound: Binding) => {
    const text = String((await filesOf(bound)).files.find(({ path }) => path.includes("/pxelinux.cfg/"))?.content);
    return {
      initrds: /initrd=(\S+)/.exec(text)![1]!.split(",").slice(1),
      url: /ignition\.config\.url=(\S+)/.exec(text)?.[1],
    };
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "site-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("wraps a config in an initrd, which takes the place of the URL", async () => {
    const config = await published({ delivery: "wrapped" });
    const { digest } = parseIgnitionRef(config.ref);
    const path = sitePaths(site()).initrd(digest);
    assert.match(String(unwrapIgnition(await readFile(path))), /^\{"ignition"/);
    assert.equal((await stat(path)).mode & 0o777, 0o644); // as TFTP asks
    assert.deepEqual(await readdir(sitePaths(site()).http), ["initrd"]); // not to be had without the initrd
    const { initrds, url } = await appended(binding([config]));
    assert.deepEqual([initrds, url], [[`http://10.0.0.1/initrd/${digest}.img`], undefined]);
  });

  it("keeps large contents in a wrapped config", async () => {
    const contents = "0123456789abcdef".repeat(10_000);
    const config = await published({ delivery: "wrapped", files: [{ path: "/etc/large", contents }] });
    assert.deepEqual(config.stored, []);
  });

  it("serves a config over TLS only, and brings the CA in an initrd", async () => {
    const config = await published({ delivery: "https" });
    const { digest } = parseIgnitionRef(config.ref);
    assert.deepEqual(await readdir(join(directory, "https", "ignition")), [`${digest}.ign`]);
    assert.equal(existsSync(sitePaths(site()).http), false);
    const { initrds, url } = await appended(binding([config]));
    assert.deepEqual([initrds, url], [["http://10.0.0.1/initrd/ca.img"], `https://10.0.0.1/ignition/${digest}.ign`]);
  });

  it("merges each config as it is delivered, in an initrd where one of them is wrapped", async () => {
    const configs = [
      await published({ hostname: "http" }),
      await published({ hostname: "https", delivery: "https" }),
      await published({ hostname: "wrapped", delivery: "wrapped" }),
    ];
    const bound = binding(configs, "node1");
    const { initrds, url } = await appended(bound);
    assert.equal(url, undefined);
    assert.deepEqual(initrds.slice(1), ["http://10.0.0.1/initrd/ca.img"]);
    const own = (await filesOf(bound)).files[0]!;
    assert.equal(own.path, join(directory, "http", new URL(initrds[0]!).pathname));
    const pointer = JSON.parse(String(unwrapIgnition(own.content as Buffer)));
    const [first, second, third] = pointer.ignition.config.merge.map(({ source }: { source: string }) => source);
    assert.match(first, /^http:\/\/10\.0\.0\.1\/ignition\//);
    assert.match(second, /^https:\/\/10\.0\.0\.1\/ignition\//);
    assert.deepEqual(
      readDataUrl(third),
      unwrapIgnition(await readFile(sitePaths(site()).initrd(parseIgnitionRef(configs[2]!.ref).digest))),
    );
  });

  describe("to one address alone", () => {
    const restricted = () => ({ ...site(), tls: { url: "https://10.0.0.1", restrict: true as const } });
    const served = async () => (await readdir(join(directory, "https"), { recursive: true })).sort();

    it("lies where that address finds it, and goes with the address", async () => {
      const config = await published({ delivery: "https", site: restricted() });
      const { digest } = parseIgnitionRef(config.ref);
      const bound = { ...binding([config]), address: "10.0.0.7" };
      const files = bootFiles(restricted(), bound, manifest, await neededBodies(host(), restricted(), bound));
      await publish(host(), files);
      assert.deepEqual(await served(), ["10.0.0.7", "10.0.0.7/ignition", `10.0.0.7/ignition/${digest}.ign`]);
      assert.equal((await stat(files.files[0]!.path)).mode & 0o777, 0o640);
      const moved = { ...bound, address: "10.0.0.8" };
      await withdrawOutdated(host(), { site: restricted(), binding: bound }, { site: restricted(), binding: moved });
      assert.ok(!(await served()).some((path) => path.endsWith(".ign")));
    });

    it("is there with the machine's own config", async () => {
      const config = await published({ delivery: "https", site: restricted() });
      const bound = { ...binding([config], "node1"), address: "10.0.0.7" };
      const { files } = bootFiles(restricted(), bound, manifest, await neededBodies(host(), restricted(), bound));
      const [shared, own] = files.slice(0, 2).map(({ content }) => JSON.parse(String(content)));
      assert.equal(shared.passwd.users[0].name, "core");
      assert.match(own.ignition.config.merge[0].source, /^https:\/\/10\.0\.0\.1\/ignition\//);
    });

    it("is refused for a machine without one", async () => {
      const { ref } = await published({ delivery: "https", site: restricted() });
      const args = { name: "n", site: restricted(), mac: "52:54:00:00:00:99", ignition: ref };
      const release = `stable 43.1 x86_64 sha256:${"a".repeat(64)}`;
      const reasons = async (more: object) =>
        ((await machine.check({}, { ...args, release, ...more })).failures ?? []).map(({ reason }) => reason);
      assert.match((await reasons({})).join(), /^address is required: the server has restrict set/);
      assert.deepEqual(await reasons({ address: "10.0.0.7" }), []);
      const without = { directory, url: "http://10.0.0.1" };
      assert.match(
        (await reasons({ site: without })).join(),
        /^ignition comes over TLS, which its server doesn't have/,
      );
    });

    it("is no longer where others found it", async () => {
      const before = await published({ delivery: "https" });
      const now = (await check({ delivery: "https", site: restricted() })).inputs;
      await provider.update("id", before, now);
      assert.deepEqual(await served(), ["ignition"]);
      assert.equal((await provider.read("id", now)).id, "id");
    });
  });

  it("publishes, finds and withdraws a machine's own initrd", async () => {
    const bound = binding([await published({ delivery: "wrapped" })], "node1");
    const files = await filesOf(bound);
    assert.equal(await publish(host(), files), true);
    assert.equal(await publish(host(), files), false);
    assert.equal(await isPublished(host(), files), true);
    assert.equal((await stat(files.files[0]!.path)).mode & 0o777, 0o644);
    await withdraw(host(), site(), bound);
    assert.equal(existsSync(files.files[0]!.path), false);
    assert.equal((await readdir(sitePaths(site()).initrds)).length, 1); // the shared one
  });

  it("keeps wrapped secrets from the server's other users, and so from TFTP", async () => {
    const plain = { directory, url: "http://10.0.0.1" };
    const secret = { files: [{ path: "/etc/a", contents: "hunter2" }], secrets: ["hunter2"] };
    const config = await published({ delivery: "wrapped", site: plain, ...secret });
    const ref = parseIgnitionRef(config.ref);
    assert.equal(ref.isSecret, true);
    assert.equal((await stat(sitePaths(plain).initrd(ref.digest))).mode & 0o777, 0o640);
    const [own] = (await filesOf(binding([config], "node1"))).files;
    assert.equal(own!.mode, 0o640);
    const args = { name: "n", site: plain, mac: "52:54:00:00:00:98", ignition: config.ref, transport: "tftp" as const };
    const release = `stable 43.1 x86_64 sha256:${"a".repeat(64)}`;
    const { failures = [] } = await machine.check({}, { ...args, release });
    assert.match(failures[0]?.reason ?? "", /^transport must not be "tftp" with a secret in an initrd/);
  });

  it("keeps a wrapped config while a machine boots with it, and says which file is missing", async () => {
    const config = await published({ delivery: "wrapped" });
    const bound = binding([config]);
    await publish(host(), await filesOf(bound));
    await provider.delete("", config);
    const { initrd, artifact } = sitePaths(site());
    const path = initrd(parseIgnitionRef(config.ref).digest);
    assert.equal(existsSync(path), true);
    await withdraw(host(), site(), bound);
    await provider.delete("", config);
    assert.equal(existsSync(path), false);
    for (const digit of ["1", "2", "3"]) await host().writeFile(artifact(digit.repeat(64)), "x");
    await assert.rejects(requireContent(host(), site(), bound, manifest), new RegExp(`${path} is missing`));
  });

  it("finds an altered initrd", async () => {
    const config = await published({ delivery: "wrapped" });
    assert.equal((await provider.read("id", config)).id, "id");
    await host().writeFile(sitePaths(site()).initrd(parseIgnitionRef(config.ref).digest), "something else");
    assert.equal((await provider.read("id", config)).id, undefined);
  });

  it("is not part of what a machine boots", async () => {
    const one = binding([await published({})]);
    const other = binding([await published({ delivery: "wrapped" })]);
    const third = binding([await published({ delivery: "https" })]);
    assert.equal(declaredDigest(site(), one), declaredDigest(site(), other));
    assert.equal(declaredDigest(site(), one), declaredDigest(site(), third));
  });

  it("is over TLS for a secret where the server has it", async () => {
    const files = [{ path: "/etc/a", contents: "hunter2" }];
    const config = await published({ files, secrets: ["hunter2"] });
    assert.equal(parseIgnitionRef(config.ref).delivery, "https");
    assert.deepEqual(config.warnings, []);
    for (const delivery of ["http", "wrapped"]) {
      const { failures = [] } = await check({ files, secrets: ["hunter2"], delivery });
      assert.match(failures[0]?.reason ?? "", /^delivery must not be "(http|wrapped)" for a config with a secret/);
    }
  });

  for (const [what, args, expected] of [
    [
      "a server without TLS",
      { delivery: "https", site: { directory: "/srv", url: "http://a" } },
      /^delivery "https" needs a server with tls: set tls: true/,
    ],
    ["an unknown way", { delivery: "tftp" }, /^delivery must be one of "http", "https", "wrapped", got "tftp"/],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { failures = [] } = await check(args);
      assert.match(failures[0]?.reason ?? "", expected);
    });
});
