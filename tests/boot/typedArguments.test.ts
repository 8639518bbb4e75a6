import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { makeAuthority } from "../../provider/tls/certificates";
import * as pxe from "../../sdk";
import { type TestStack, testStack } from "../support/engine";
import { type LoginKey, loginKey, onMachine, shows } from "../support/onMachine";

/** What of the typed arguments ignition.test.ts leaves out: network, disks and what survives a boot on them. */
describe("a machine of the lab with a disk and a network of its own", function () {
  this.timeout(900_000);
  let test: TestStack;
  let key: LoginKey;
  let authority: string;
  let generation = 1;
  let machine: { lab: string; address: string };

  const declare = async () => {
    const lab = new pxe.lab.Lab("lab");
    const server = new pxe.PxeServer("server", { network: lab.network });
    const release = new pxe.FcosRelease("stable", { server, ...pxe.lab.sampleStream("stable") });
    const ignition = new pxe.IgnitionConfig("compute", {
      ...{ server, release, sshAuthorizedKeys: [key.publicLine] },
      network: [
        { interface: "ens3", addresses: ["10.44.0.50/24"], gateway: "10.44.0.1", dns: ["10.44.0.1"], mtu: 1400 },
        { interface: "ens3.7", vlan: { parent: "ens3", id: 7 }, addresses: ["10.7.0.2/24"] },
        { interface: "bond0", bond: { members: ["ens9"] }, addresses: ["10.8.0.2/24"] },
      ],
      proxy: { http: "http://10.44.0.1:3128", except: ["example.org"] },
      certificateAuthorities: [authority],
      sysctls: { "vm.swappiness": 11, "net.ipv4.ip_forward": 1 },
      kernelModules: ["tun"],
      disks: [
        {
          device: "/dev/vda",
          partitions: [
            { number: 1, label: "swap", sizeMiB: 64 },
            { number: 2, label: "data", sizeMiB: 64 },
            { number: 3, label: "half1", sizeMiB: 64 },
            { number: 4, label: "half2", sizeMiB: 64 },
            { number: 5, label: "var" },
          ],
        },
      ],
      raid: [
        { name: "mirror", level: "raid1", devices: ["half1", "half2"].map((half) => `/dev/disk/by-partlabel/${half}`) },
      ],
      swap: { zram: "ram / 4", device: "/dev/disk/by-partlabel/swap" },
      persistentVar: { device: "/dev/disk/by-partlabel/var" },
      filesystems: [
        {
          device: "/dev/disk/by-partlabel/data",
          format: "ext4",
          label: "data",
          path: "/var/mnt/data",
          mountUnit: true,
        },
        { device: "/dev/md/mirror", format: "ext4", label: "mirror", path: "/var/mnt/mirror", mountUnit: true },
      ],
      files: [{ path: "/var/lib/probe/generation", contents: `${generation}\n` }],
    });
    const vm = new pxe.lab.VirtualMachine("node1", { lab, diskMiB: 768 });
    const node = new pxe.Machine("node1", {
      ...{ server, match: { mac: vm.mac }, release, ignition },
      ...{ power: vm.power, reprovision: "reboot", waitForBoot: "6m" },
    });
    return { machine: pulumi.output({ lab: lab.directory, address: node.bootedAddress }) };
  };

  before(async () => {
    test = await testStack("typed");
    key = loginKey(test.directory);
    authority = (await makeAuthority("test")).certificate;
    test.program = declare;
    await boot();
  });
  after(() => test.remove());

  async function boot() {
    await test.stack.up();
    machine = (await test.stack.outputs()).machine!.value;
  }
  const run = (command: string) => onMachine(machine, key, command);

  it("phones home from its static address", () => assert.equal(machine.address, "10.44.0.50"));

  shows(
    [
      [
        "has its address, MTU and route",
        "ip -br address show dev ens3; cat /sys/class/net/ens3/mtu; ip route show default",
        /10\.44\.0\.50\/24[\s\S]*\n1400\ndefault via 10\.44\.0\.1 dev ens3/,
      ],
      [
        "has a VLAN on it",
        "ip -d -br address show dev ens3.7; ip -d link show ens3.7",
        /10\.7\.0\.2\/24[\s\S]*vlan protocol 802\.1Q id 7/,
      ],
      [
        "has the keyfiles of a bond",
        "sudo cat /etc/NetworkManager/system-connections/bond0.nmconnection /etc/NetworkManager/system-connections/ens9.nmconnection",
        /type=bond[\s\S]*mode=active-backup[\s\S]*master=bond0/,
      ],
      [
        "keeps keyfiles from others",
        "sudo stat --format=%a /etc/NetworkManager/system-connections/ens3.nmconnection",
        "600",
      ],
      ["applied kernel settings", "cat /proc/sys/vm/swappiness /proc/sys/net/ipv4/ip_forward", "11\n1"],
      ["loaded kernel modules", "grep -c '^tun ' /proc/modules", "1"],
      [
        "tells services its proxy",
        "systemctl show --property=Environment",
        /http_proxy=http:\/\/10\.44\.0\.1:3128 .*no_proxy=example\.org,10\.44\.0\.1/,
      ],
      [
        "tells login shells its proxy",
        "sh -lc 'echo $HTTP_PROXY $no_proxy'",
        "http://10.44.0.1:3128 example.org,10.44.0.1",
      ],
      [
        "has the certificate authority",
        "cat /etc/pki/ca-trust/source/anchors/*.pem | head -1",
        "-----BEGIN CERTIFICATE-----",
      ],
      ["swaps to its partition", "cat /proc/swaps", /^\/dev\/vda1 +partition/m],
      ["says how much zram is wanted", "cat /etc/systemd/zram-generator.conf", "[zram0]\nzram-size = ram / 4"],
      [
        "has the partitions",
        "lsblk --noheadings --raw --output NAME,PARTLABEL,FSTYPE,MOUNTPOINT /dev/vda",
        /^vda1 swap swap \[SWAP\]\nvda2 data ext4 \/var\/mnt\/data\nvda3 half1[\s\S]*\nvda5 var xfs \/var$/m,
      ],
    ],
    run,
  );

  it("has its files on a RAID", async () => {
    assert.match(await run("cat /proc/mdstat"), /^md\d+ : active raid1 vda4\[1\] vda3\[0\]$/m);
    assert.match(await run("findmnt --noheadings --output SOURCE,FSTYPE /var/mnt/mirror"), /^\/dev\/md\d+ +ext4$/);
  });

  it("keeps /var and other filesystems over a boot with another config, whose files are new", async () => {
    await run("echo kept | sudo tee /var/lib/probe/kept /var/mnt/data/kept /var/mnt/mirror/kept; sudo sync");
    const before = await run("cat /proc/sys/kernel/random/boot_id");
    generation = 2;
    await boot();
    assert.notEqual(await run("cat /proc/sys/kernel/random/boot_id"), before);
    assert.equal(await run("cat /var/lib/probe/kept /var/mnt/*/kept /var/lib/probe/generation"), "kept\nkept\nkept\n2");
    assert.match(await run("cat /proc/swaps"), /^\/dev\/vda1 +partition/m);
  });
});
