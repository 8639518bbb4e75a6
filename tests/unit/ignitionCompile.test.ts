import assert from "node:assert/strict";
import { compile } from "../../provider/ignition/compile";
import type { TypedArgs } from "../../provider/ignition/compile/arguments";
import { unitName } from "../../provider/ignition/compile/unitName";
import { dataUrl, readDataUrl } from "../../provider/ignition/dataUrl";
import { validate } from "../../provider/ignition/engine";

interface Compiled {
  ignition: { version: string; [key: string]: unknown };
  passwd: { users: Record<string, unknown>[] };
  storage: Record<string, Record<string, unknown>[]>;
  systemd: { units: { name: string; contents?: string }[] };
}

const compiled = (args: TypedArgs) => compile(args) as unknown as Compiled;

function textAt(path: string, args: TypedArgs): string | undefined {
  const file = compiled(args).storage.files!.find((item) => item.path === path);
  const { source } = (file?.contents ?? {}) as { source?: string };
  return source === undefined ? undefined : readDataUrl(source)!.toString();
}

const unit = (name: string, args: TypedArgs) =>
  compiled(args).systemd.units.find((item) => item.name === name)?.contents;

describe("compile", () => {
  it("gives keys to core, whose other settings are kept", () => {
    const args = {
      sshAuthorizedKeys: ["a"],
      users: [{ name: "core", sshAuthorizedKeys: ["b"], groups: ["wheel"] }, { name: "bob" }],
    };
    assert.deepEqual(compiled(args).passwd.users, [
      { name: "core", sshAuthorizedKeys: ["a", "b"], groups: ["wheel"] },
      { name: "bob" },
    ]);
  });

  it("makes a Quadlet file of a container", () => {
    const containers = [
      { name: "sim", image: "quay.io/sim:7", environment: { A: 'b "c"' }, ports: ["80:80"], command: "--fast" },
    ];
    const text = textAt("/etc/containers/systemd/sim.container", { containers })!;
    for (const line of [
      "Image=quay.io/sim:7",
      "Exec=--fast",
      'Environment="A=b \\"c\\""',
      "PublishPort=80:80",
      "WantedBy=multi-user.target",
    ])
      assert.ok(text.includes(`${line}\n`), `${line} in\n${text}`);
  });

  it("makes a plain unit of a container for Podman without Quadlets", () => {
    const containers = [
      { name: "sim", image: "quay.io/sim:7", kind: "unit" as const, volumes: ["/a:/b"], command: "--fast" },
    ];
    const line = "ExecStart=/usr/bin/podman run --rm --name sim --volume /a:/b quay.io/sim:7 --fast\n";
    assert.ok(unit("sim.service", { containers })!.includes(line), unit("sim.service", { containers }));
  });

  it("makes keyfiles of a VLAN on a bond, which NetworkManager alone may read", () => {
    const network = [
      {
        interface: "bond0",
        bond: { members: ["eno1", "eno2"], mode: "802.3ad" },
        addresses: ["10.0.0.2/24", "fd00::2/64"],
        gateway: "10.0.0.1",
      },
      { interface: "bond0.7", vlan: { parent: "bond0", id: 7 } },
    ];
    const at = (id: string) => `/etc/NetworkManager/system-connections/${id}.nmconnection`;
    const bond = textAt(at("bond0"), { network })!;
    assert.match(bond, /\[bond\]\nmode=802\.3ad\nmiimon=100\n/);
    assert.match(bond, /\[ipv4\]\nmethod=manual\naddress1=10\.0\.0\.2\/24\ngateway=10\.0\.0\.1\n/);
    assert.match(bond, /\[ipv6\]\nmethod=manual\naddress1=fd00::2\/64\n/);
    assert.match(textAt(at("eno1"), { network })!, /master=bond0\nslave-type=bond\n/);
    assert.match(textAt(at("bond0.7"), { network })!, /\[vlan\]\nparent=bond0\nid=7\n[\s\S]*\[ipv4\]\nmethod=auto\n/);
    assert.ok(compiled({ network }).storage.files!.every(({ mode }) => mode === 0o600));
  });

  it("reuses a persistent /var and never wipes", () => {
    const { storage, systemd } = compiled({ persistentVar: { device: "/dev/vda" } });
    assert.deepEqual(storage.disks, [
      { device: "/dev/vda", wipeTable: false, partitions: [{ number: 1, label: "var" }] },
    ]);
    assert.equal(storage.filesystems![0]!.wipeFilesystem, false);
    const mount = systemd.units.find(({ name }) => name === "var.mount")!;
    assert.match(mount.contents!, /Where=\/var\nWhat=\/dev\/disk\/by-partlabel\/var\nType=xfs\n/);
  });

  it("uses a partition as it is for /var", () => {
    const { storage } = compiled({ persistentVar: { device: "/dev/disk/by-partlabel/data", format: "ext4" } });
    assert.deepEqual(storage.disks, []);
    assert.equal(storage.filesystems![0]!.device, "/dev/disk/by-partlabel/data");
  });

  const everything: Record<string, TypedArgs> = {
    hostname: { hostname: "node1" },
    certificateAuthorities: {
      certificateAuthorities: ["-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"],
    },
    proxy: { proxy: { http: "http://p:3128", https: "http://p:3128", except: ["10.0.0.0/8"] } },
    timezone: { timezone: "Europe/Zurich" },
    sysctls: { sysctls: { "vm.swappiness": 10 } },
    kernelModules: { kernelModules: ["loop"] },
    swap: { swap: { zram: "ram / 2", device: "/dev/disk/by-id/swap-1" } },
    raid: { raid: [{ name: "data", level: "raid1", devices: ["/dev/a", "/dev/b"] }] },
    filesystems: { filesystems: [{ device: "/dev/md/data", format: "xfs", path: "/var/lib/data", mountUnit: true }] },
    disks: { disks: [{ device: "/dev/a", wipeTable: true, partitions: [{ number: 1, label: "a", sizeMiB: 0 }] }] },
    directories: { directories: [{ path: "/etc/a.d", user: "core", group: 10 }] },
    links: { links: [{ path: "/etc/l", target: "a", hard: false }] },
    files: { files: [{ path: "/etc/f", source: "https://a/b", sha256: "ab".repeat(32), mode: 0o4755 }] },
  };
  for (const [name, args] of Object.entries(everything))
    it(`makes of ${name} what Ignition has nothing to say about`, async () => {
      assert.notDeepEqual(compile(args), compile({}));
      const { entries, error } = await validate(JSON.stringify(compile(args)));
      const said = entries.filter(({ message }) => !/proxy/.test(message)); // https through an http proxy is usual
      assert.deepEqual([said, error], [[], undefined]);
    });
});

describe("unitName", () => {
  it("spells paths as systemd-escape does", () => {
    assert.equal(unitName("/dev/disk/by-id/a b.c"), "dev-disk-by\\x2did-a\\x20b.c");
    assert.equal(unitName("/"), "-");
    assert.equal(unitName("/var/.hidden/ü"), "var-.hidden-\\xc3\\xbc");
    assert.equal(unitName("/.hidden"), "\\x2ehidden");
  });
});

describe("data URLs", () => {
  it("hold any bytes, and are read back", () => {
    for (const contents of [Buffer.from("hello wörld, 100%\n"), Buffer.from([0, 255, 37, 10]), Buffer.from("")])
      assert.deepEqual(readDataUrl(dataUrl(contents)), contents);
  });

  it("are read in every form that others write", () => {
    for (const url of ["data:,a%20b", "data:text/plain;charset=utf-8;base64,YSBi", "data:;base64,YSBi", "DATA:,a b"])
      assert.equal(readDataUrl(url)?.toString(), "a b");
    assert.equal(readDataUrl("http://a/b"), undefined);
  });
});
