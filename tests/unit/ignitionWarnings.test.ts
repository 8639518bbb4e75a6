import assert from "node:assert/strict";
import type { Parts } from "../../provider/ignition/compose";
import { composed, file, nothing, raw, result, warnings } from "../support/composed";

describe("warnings of experience", () => {
  const cases: Record<string, Partial<Parts>> = {
    "no-login": { typed: {} },
    "no-install": {
      typed: {
        ...nothing.typed,
        units: [{ name: "a.service", enabled: true, contents: "[Service]\nExecStart=/bin/true\n" }],
      },
    },
    "read-only": { typed: { ...nothing.typed, files: [{ path: "/usr/lib/a" }] } },
    "not-writable": { typed: { ...nothing.typed, files: [{ path: "/run/a" }] } },
    "wipes-var": {
      typed: {
        ...nothing.typed,
        filesystems: [{ device: "/dev/a", format: "xfs", label: "var", path: "/var", wipeFilesystem: true }],
      },
    },
    "kernel-arguments": { ignition: [raw({ kernelArguments: { shouldExist: ["a"] } })] },
    "append-grows": {
      typed: { ...nothing.typed, persistentVar: { device: "/dev/vda" } },
      ignition: [raw({ storage: { files: [{ path: "/var/log/a", append: [{ source: "data:,x" }] }] } })],
    },
    "needs-overwrite": {
      typed: { ...nothing.typed, persistentVar: { device: "/dev/vda" } },
      ignition: [file("/var/a", "data:,x")],
    },
    "boot-disk": { typed: { ...nothing.typed, disks: [{ device: "/dev/disk/by-id/coreos-boot-disk" }] } },
    unverified: { ignition: [file("/etc/a", "http://a/b")] },
    "private-ca": {
      typed: { ...nothing.typed, certificateAuthorities: ["-----BEGIN CERTIFICATE-----\n"] },
      siteUrl: "https://10.0.0.1",
    },
    "secret-over-http": { secrets: ["hunter2"] },
    "config-url": {
      ignition: [raw({ kernelArguments: { shouldExist: ["ignition.config.url=http://10.0.0.1/a.ign"] } })],
      delivery: "wrapped",
    },
  };
  for (const [name, parts] of Object.entries(cases)) {
    it(`${name}: is given, and can be silenced`, async () => {
      assert.deepEqual(await warnings(parts), [name]);
      assert.deepEqual(await warnings({ ...parts, silence: [name] }), []);
    });
  }

  it("sends nothing for the server through a proxy", async () => {
    const proxy = { http: "http://proxy:3128", except: ["10.1.0.0/16"] };
    const { body } = await result({ typed: { ...nothing.typed, proxy } });
    assert.deepEqual(JSON.parse(body).ignition.proxy.noProxy, ["10.1.0.0/16", "10.0.0.1"]);
  });

  it("says how a wrapped secret is readable, and nothing of one that goes over TLS", async () => {
    const { remarks } = await composed({ secrets: ["hunter2"], delivery: "wrapped" });
    assert.match(remarks[0]?.text ?? "", /in an initrd, by the boot loader/);
    const overTls: Partial<Parts> = { secrets: ["hunter2"], delivery: "https", siteUrl: "https://10.0.0.1" };
    const certificateAuthorities = ["-----BEGIN CERTIFICATE-----\n"];
    assert.deepEqual(await warnings({ ...overTls, typed: { ...nothing.typed, certificateAuthorities } }), []);
  });

  it("says nothing where all is well", async () => {
    const typed = {
      ...nothing.typed,
      persistentVar: { device: "/dev/vda" },
      files: [{ path: "/var/lib/a", contents: "x" }, { path: "/usr/local/bin/b" }],
      containers: [{ name: "c", image: "quay.io/c:1" }],
      swap: { zram: "ram / 2" },
      network: [{ interface: "eno1", addresses: ["10.0.0.2/24"] }],
    };
    assert.deepEqual((await composed({ typed })).remarks, []);
  });
});
