import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withdraw } from "../../provider/boot/publish";
import { localHost } from "../../provider/hosts/local";
import * as localBoot from "../../provider/resources/localBoot";

const mac = "52:54:00:44:00:31";

describe("LocalBoot", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "localboot-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const site = () => ({ directory, url: "http://10.44.0.1" });
  const declare = async (news: object) => {
    const { inputs, failures } = await localBoot.check({}, { name: "db1", site: site(), ...news });
    assert.deepEqual(failures, []);
    return inputs as Parameters<typeof localBoot.create>[0];
  };
  const fileOf = (path: string) => readFileSync(join(directory, path), "utf8");
  const script = "http/ipxe/52-54-00-44-00-31.ipxe";

  it("writes a file for every boot loader, which leaves the machine to its disk in the declared way", async () => {
    const inputs = await declare({ mac: "52-54-00-44-00-31" });
    const { id } = await localBoot.create(inputs);
    assert.equal(id, mac);
    assert.match(fileOf("tftp/pxelinux.cfg/01-52-54-00-44-00-31"), /^DEFAULT local\nLABEL local\n {2}LOCALBOOT -1$/m);
    assert.equal(fileOf(script), "#!ipxe\n# LocalBoot db1\nexit\n");
    assert.match(fileOf("http/grub/grub.cfg-01-52-54-00-44-00-31"), /^exit$/m);

    await localBoot.update(id, inputs, { ...inputs, by: "error" });
    assert.match(fileOf(script), /^exit 1$/m);
    const sanboot = await declare({ mac, by: "sanboot" });
    await localBoot.update(id, inputs, sanboot);
    assert.match(fileOf(script), /^iseq \$\{platform\} efi && sanboot --no-describe --drive 0 \|\| /m);

    await localBoot.delete(id, sanboot);
    assert.equal(existsSync(join(directory, script)), false);
  });

  it("counts as gone when a file was deleted or altered", async () => {
    const inputs = await declare({ uuid: "4c4c4544-0051-3010-8054-c4c04f584b32" });
    const { id } = await localBoot.create(inputs);
    assert.deepEqual(await localBoot.read(id, inputs), { id, props: inputs });
    rmSync(join(directory, "tftp/pxelinux.cfg/4c4c4544-0051-3010-8054-c4c04f584b32"));
    assert.deepEqual(await localBoot.read(id, inputs), {});
  });

  it("leaves the files to whoever declares the machine now, and a Machine leaves them to it", async () => {
    const inputs = await declare({ mac });
    await localBoot.create({ ...inputs, name: "db2" });
    await localBoot.delete(mac, inputs);
    const binding = { name: "db1", identity: mac, release: "a".repeat(64), ignition: [], kernelArguments: [] };
    await withdraw(localHost(), site(), binding);
    assert.match(fileOf(script), /# LocalBoot db2/);
  });

  it("refuses a way that there isn't, and a machine that another has", async () => {
    const reasons = async (news: object) =>
      ((await localBoot.check({}, { name: "db9", site: site(), ...news })).failures ?? []).map(({ reason }) => reason);
    assert.match((await reasons({ mac, by: "404" }))[0] ?? "", /^by must be one of "exit", "error", "sanboot"/);
    assert.deepEqual(await reasons({ serialNumber: "CZ77" }), []);
    assert.deepEqual(await reasons({ serialNumber: "CZ77", name: "other" }), [
      'match.serialNumber CZ77 is already taken by LocalBoot "db9": give each machine its own',
    ]);
  });
});
