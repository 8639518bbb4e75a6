import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sitePaths } from "../../provider/hosts/site";
import { parseIgnitionRef } from "../../provider/ignition/ref";
import * as provider from "../../provider/resources/ignitionConfig";
import { unknownMarker } from "../../provider/unknown";

type Inputs = Parameters<typeof provider.create>[0];

describe("IgnitionConfig on a server", () => {
  let directory: string;
  let cache: string | undefined;
  const site = () => ({ directory, url: "http://10.0.0.1" });
  const checked = async (args: object): Promise<Inputs> => {
    const { inputs, failures } = await provider.check(
      {},
      { name: "compute", site: site(), sshAuthorizedKeys: ["k"], ...args },
    );
    assert.deepEqual(failures, []);
    return inputs;
  };
  const published = (inputs: Inputs) => sitePaths(site()).ignitionConfig(parseIgnitionRef(inputs.ref).digest);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "site-"));
    cache = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = join(directory, "cache");
  });
  afterEach(async () => {
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
    await rm(directory, { recursive: true });
  });

  it("lies there under its digest, and is gone after the deletion", async () => {
    const inputs = await checked({ hostname: "a" });
    const { id, outs } = await provider.create(inputs);
    assert.equal(id, `sha256:${parseIgnitionRef(inputs.ref).digest}`);
    assert.match(await readFile(published(inputs), "utf8"), /^\{"ignition":\{"version":"3\.0\.0"\}/);
    assert.equal((await stat(published(inputs))).mode & 0o777, 0o644);
    assert.equal((await provider.read(id, outs)).id, id);
    await provider.delete(id, outs);
    assert.equal(existsSync(published(inputs)), false);
    assert.equal((await provider.read(id, outs)).id, undefined);
  });

  it("stays while a machine boots with it", async () => {
    const inputs = await checked({ hostname: "a" });
    const { id, outs } = await provider.create(inputs);
    const bootConfig = join(sitePaths(site()).pxelinuxConfigs, "01-52-54-00-00-00-01");
    await mkdir(dirname(bootConfig), { recursive: true });
    await writeFile(
      bootConfig,
      `APPEND ignition.config.url=http://10.0.0.1/ignition/${parseIgnitionRef(inputs.ref).digest}.ign\n`,
    );
    await provider.delete(id, outs);
    assert.equal(existsSync(published(inputs)), true);
    await rm(bootConfig);
    await provider.delete(id, outs);
    assert.equal(existsSync(published(inputs)), false);
  });

  it("keeps a config with a secret from others, and the secret from the state", async () => {
    const inputs = await checked({ files: [{ path: "/etc/token", contents: "hunter2" }], secrets: ["hunter2"] });
    const { outs } = await provider.create(inputs);
    assert.match(await readFile(published(inputs), "utf8"), /hunter2/);
    assert.equal((await stat(published(inputs))).mode & 0o007, 0);
    assert.ok(!JSON.stringify([inputs, outs]).includes("hunter2"));
    const written = await readdir(join(directory, "cache"), { recursive: true }).catch(() => []);
    assert.deepEqual(written, []);
  });

  it("tells no value in a failure where one could be secret", async () => {
    const args = { name: "compute", site: site(), files: [{ path: "hunter2" }] };
    const reasons = async (more: object) =>
      (await provider.check({}, { ...args, ...more })).failures!.map(({ reason }) => reason);
    assert.deepEqual(await reasons({}), ['files[0].path must match pattern "^/", got "hunter2"']);
    assert.deepEqual(await reasons({ secrets: ["hunter2"] }), ['files[0].path must match pattern "^/"']);
  });

  it("brings its large contents, which go with it", async () => {
    const contents = "large\n".repeat(20_000);
    const inputs = await checked({ files: [{ path: "/etc/large", contents }] });
    const { id, outs } = await provider.create(inputs);
    const artifact = sitePaths(site()).artifact(inputs.stored[0]!);
    assert.equal(gunzipSync(await readFile(artifact)).toString(), contents);
    await provider.delete(id, outs);
    assert.equal(existsSync(artifact), false);
  });

  it("is replaced when its digest changes, and only then", async () => {
    const one = await checked({ hostname: "a" });
    const same = await checked({ files: [{ path: "/etc/hostname", contents: "a\n" }] });
    const other = await checked({ hostname: "b" });
    assert.equal(same.ref, one.ref);
    assert.deepEqual((await provider.diff("", one, same)).replaces, []);
    assert.deepEqual(await provider.diff("", one, other), { replaces: ["ref"], deleteBeforeReplace: false });
  });

  it("moves to another directory without being replaced", async () => {
    const inputs = await checked({ hostname: "a" });
    await provider.create(inputs);
    const elsewhere = { ...inputs, site: { ...site(), directory: join(directory, "elsewhere") } };
    await provider.update("", inputs, elsewhere);
    assert.equal(existsSync(published(inputs)), false);
    assert.equal(existsSync(published(inputs).replace(directory, elsewhere.site.directory)), true);
  });

  it("remembers a verdict in another process's place", async () => {
    const first = await checked({ hostname: "remembered" });
    const files = await readdir(join(directory, "cache"), { recursive: true, withFileTypes: true });
    const [entry] = files.filter((file) => file.isFile());
    const kept = JSON.parse(await readFile(join(entry!.parentPath, entry!.name), "utf8"));
    assert.equal(kept.result.digest, parseIgnitionRef(first.ref).digest);
  });

  it("forgets verdicts of long ago", async () => {
    const old = join(directory, "cache", "pulumi-fcos-pxe", "ignition", "composed");
    for (let prefix = 0; prefix < 256; prefix++) {
      const file = join(old, prefix.toString(16).padStart(2, "0"), "old");
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, "{}");
      await utimes(file, 0, 0);
    }
    await checked({ hostname: "fresh" });
    const kept = await readdir(old, { recursive: true, withFileTypes: true });
    assert.equal(kept.filter((entry) => entry.isFile() && entry.name === "old").length, 255);
  });

  it("has unknown results while an argument is unknown, and tells what is wrong all the same", async () => {
    const { inputs, failures } = await provider.check({}, {
      name: "compute",
      site: site(),
      hostname: unknownMarker,
      fles: [],
    } as never);
    assert.equal(inputs.ref, unknownMarker);
    assert.deepEqual(failures, [{ property: "fles", reason: "fles is not a property here: did you mean files?" }]);
  });
});
