import assert from "node:assert/strict";
import { check } from "../../provider/resources/machine";
import { unknownMarker } from "../../provider/unknown";

const base = {
  name: "node1",
  site: { directory: "/srv/one", url: "http://10.44.0.1" },
  mac: "52-54-00-AA-BB-01",
  release: `stable 43.20261101.3.0 x86_64 sha256:${"a".repeat(64)}`,
  ignition: `compute sha256:${"b".repeat(64)}`,
};
const inputsOf = async (news: object, olds: object = {}) => (await check(olds, news)).inputs;
const reasonsOf = async (news: object) => ((await check({}, news)).failures ?? []).map(({ reason }) => reason);

describe("Machine at preview", () => {
  it("knows the boot digest before anything is done", async () => {
    const inputs = await inputsOf(base);
    assert.match(inputs.bootDigest, /^[0-9a-f]{64}$/);
    assert.equal(inputs.mac, "52:54:00:aa:bb:01");
  });

  for (const [what, changed] of [
    ["release", { release: base.release.replace(/a{64}/, "c".repeat(64)) }],
    ["Ignition", { ignition: base.ignition.replace(/b{64}/, "c".repeat(64)) }],
    ["kernel arguments", { kernelArguments: ["quiet"] }],
    ["host name", { hostname: "node-one" }],
  ] as const)
    it(`names a new ${what} as the reason for a restart`, async () => {
      const machine = { ...base, reprovision: "reboot", power: { virtualMachine: "/lab/machines/node1" } };
      const before = await inputsOf(machine);
      const after = await inputsOf({ ...machine, ...changed }, before);
      assert.notEqual(after.bootDigest, before.bootDigest);
      assert.equal(after.consequence, `new ${what}: restarted now`);
    });

  it("changes nothing when how to wait changes, or nothing at all", async () => {
    const before = await inputsOf(base);
    const after = await inputsOf({ ...base, waitForBoot: "5m" }, before);
    assert.equal(after.bootDigest, before.bootDigest);
    assert.equal(after.consequence, before.consequence);
  });

  it("does not take moving the server for something else to boot", async () => {
    const moved = { ...base, site: { directory: "/srv/two", url: "http://10.9.9.9" } };
    assert.equal((await inputsOf(moved)).bootDigest, (await inputsOf(base)).bootDigest);
  });

  it("refuses two machines with one MAC address, in whatever form", async () => {
    await inputsOf({ ...base, mac: "52:54:00:aa:bb:02" });
    const [reason] = await reasonsOf({ ...base, name: "node2", mac: "5254.00aa.bb02" });
    assert.match(reason ?? "", /match\.mac 52:54:00:aa:bb:02 is already taken by Machine "node1"/);
  });

  for (const [what, match, id] of [
    ["UUID", { uuid: "4C4C4544-0051-3010-8054-C4C04F584B32" }, { uuid: "4c4c4544-0051-3010-8054-c4c04f584b32" }],
    ["serial number", { serialNumber: "CZ1234567X" }, { serialNumber: "CZ1234567X" }],
  ] as const)
    it(`knows a machine by its ${what}, and refuses a second one with it`, async () => {
      const { mac: _, ...machine } = { ...base, ...match };
      const inputs = await inputsOf(machine);
      assert.match(inputs.bootDigest, /^[0-9a-f]{64}$/);
      assert.deepEqual({ ...inputs, ...id }, inputs);
      const [reason] = await reasonsOf({ ...machine, name: "node2" });
      assert.match(reason ?? "", /^match\.\w+ \S+ is already taken by Machine "node1"/);
    });

  it("refuses a machine that is matched by nothing, by two things, or by DHCP where DHCP doesn't know it", async () => {
    const { mac, ...machine } = base;
    const serialNumber = "CZ1234567Y";
    assert.deepEqual(await reasonsOf(machine), [
      "match must name one of mac, uuid, serialNumber and architecture, got none",
    ]);
    assert.deepEqual(await reasonsOf({ ...machine, mac, serialNumber }), [
      "match must name one of mac, uuid, serialNumber and architecture, got mac and serialNumber",
    ]);
    assert.deepEqual(await reasonsOf({ ...machine, serialNumber, address: "10.44.0.9", bootLoader: "grub" }), [
      "address needs match.mac: DHCP knows a machine by nothing else",
      "bootLoader needs match.mac: DHCP knows a machine by nothing else",
    ]);
  });

  it("is all machines of an architecture, which have nothing of one machine's own", async () => {
    const { mac: _, ...machine } = { ...base, architecture: "x86_64" };
    assert.match((await inputsOf(machine)).bootDigest, /^[0-9a-f]{64}$/);
    assert.match((await reasonsOf({ ...machine, name: "others" }))[0]!, /x86_64 is already taken by Machine "node1"/);
    const elsewhere = { ...machine, site: { directory: "/srv/three", url: "http://10.44.0.1" } };
    assert.deepEqual(await reasonsOf({ ...elsewhere, architecture: "aarch64" }), [
      "release must be one for aarch64, got one for x86_64",
    ]);
    const reasons = await reasonsOf({ ...elsewhere, architecture: "aarch64", hostname: "node1", waitForBoot: "5m" });
    assert.deepEqual(
      reasons.map((reason) => reason.replace(/ is one machine's,.*/, "")),
      ["hostname", "waitForBoot"],
    );
    assert.match(
      (await reasonsOf({ ...elsewhere, architecture: "riscv64" }))[0]!,
      /^match\.architecture must be one of/,
    );
  });

  for (const [what, changed, expected] of [
    [
      "a UUID that all machines of a kind have",
      { mac: undefined, uuid: "00000000-0000-0000-0000-000000000000" },
      /^match\.uuid must be the UUID/,
    ],
    [
      "a serial number that is a path",
      { mac: undefined, serialNumber: "../../default" },
      /^match\.serialNumber must be made of/,
    ],
    ["a MAC address that is none", { mac: "52:54:00" }, /^match\.mac must be a unicast MAC address/],
    ["a host name with a line break", { hostname: "a\nb" }, /^hostname must be a host name/],
    ["a kernel argument with a quote", { kernelArguments: ['a="b"'] }, /^kernelArguments\[0\] must not contain quotes/],
    [
      "a kernel argument with a line break",
      { kernelArguments: ["a\nb"] },
      /^kernelArguments\[0\] must not contain a line break/,
    ],
    [
      "a kernel argument that is the package's",
      { kernelArguments: ["initrd=x"] },
      /^kernelArguments\[0\] must leave initrd/,
    ],
    [
      "a command line that the kernel would cut off",
      { kernelArguments: ["a=1", `long=${"x".repeat(1900)}`] },
      /^kernelArguments must be shorter by \d+ bytes, .* the 2047 bytes of a kernel for x86_64/,
    ],
    ["a boot loader that there isn't", { bootLoader: "lilo" }, /^bootLoader must be one of "pxelinux", "ipxe", "grub"/],
    ["a transport that there isn't", { transport: "nfs" }, /^transport must be one of "http", "tftp"/],
    ["a wait that is no duration", { waitForBoot: "ten minutes" }, /^waitForBoot must be a duration like/],
  ] as const)
    it(`refuses ${what}`, async () => {
      const [reason] = await reasonsOf({ ...base, mac: "52:54:00:aa:bb:99", ...(changed as object) });
      assert.match(reason ?? "nothing was refused", expected);
    });

  it("refuses two machines with one fixed address", async () => {
    const machine = { ...base, mac: "52:54:00:aa:bb:04", address: "10.44.0.77" };
    assert.deepEqual(await reasonsOf(machine), []);
    assert.deepEqual(await reasonsOf({ ...machine, name: "node2", mac: "52:54:00:aa:bb:05" }), [
      'address 10.44.0.77 is already taken by Machine "node1": give each machine its own',
    ]);
  });

  it("takes a command line of just the length that fits", async () => {
    const machine = { ...base, mac: "52:54:00:aa:bb:03" };
    const [reason] = await reasonsOf({ ...machine, kernelArguments: ["x".repeat(2000)] });
    const most = 2000 - Number(/shorter by (\d+) bytes/.exec(reason ?? "")?.[1]);
    assert.deepEqual(await reasonsOf({ ...machine, kernelArguments: ["x".repeat(most)] }), []);
    assert.equal((await reasonsOf({ ...machine, kernelArguments: ["x".repeat(most + 1)] })).length, 1);
  });

  it("leaves what it can't know yet to `up`", async () => {
    const { inputs, failures } = await check({}, { ...base, release: unknownMarker });
    assert.deepEqual(failures ?? [], []);
    assert.equal(inputs.bootDigest, unknownMarker);
  });
});
