import assert from "node:assert/strict";
import { describeProgress, stepsIn } from "../../provider/boot/progress";

const mac = "52:54:00:8b:ec:d2";
const expected = { identity: mac, kernel: "aa".repeat(32), initramfs: "bb".repeat(32), rootfs: "cc".repeat(32) };
const dnsmasq = `
Nov 23 18:31:38 dnsmasq-dhcp[17]: 585570341 DHCPDISCOVER(br0) ${mac}
Nov 23 18:31:41 dnsmasq-dhcp[17]: 585570341 DHCPACK(br0) 10.44.0.203 ${mac}
Nov 23 18:31:41 dnsmasq-dhcp[17]: 585570342 DHCPACK(br0) 10.44.0.99 52:54:00:00:00:01
Nov 23 18:31:42 dnsmasq-tftp[17]: sent /srv/tftp/lpxelinux.0 to 10.44.0.203
Nov 23 18:31:42 dnsmasq-tftp[17]: sent /srv/tftp/pxelinux.cfg/01-52-54-00-8b-ec-d2 to 10.44.0.203
`;
const request = (t: number, u: string, changes: object = {}) =>
  `${JSON.stringify({ t, ip: "10.44.0.203", m: "GET", u, s: 200, ...changes })}\n`;

describe("the steps of a boot", () => {
  it("are the machine's own, in the words of the boot chain", () => {
    const access =
      request(100, `/store/sha256/${expected.kernel}`) +
      request(101, `/store/sha256/${expected.initramfs}`) +
      request(102, `/store/sha256/${expected.rootfs}`, { ip: "10.44.0.99" }) +
      request(103, `/ignition/${"dd".repeat(32)}.ign`) +
      request(104, `/store/sha256/${expected.rootfs}`, { m: "HEAD" }) +
      request(105, `/store/sha256/${expected.rootfs}`, { s: 404 });
    assert.deepEqual(
      stepsIn(dnsmasq, access, expected).map(({ what }) => what),
      [
        "it asked for an address by DHCP",
        "DHCP gave it 10.44.0.203",
        "lpxelinux.0 sent by TFTP",
        "boot config sent by TFTP",
        "kernel fetched",
        "initramfs fetched",
        "Ignition config fetched",
        "rootfs asked for, answered with 404",
      ],
    );
  });

  it("are the machine's own beside another DHCP server, by who asks for its files", () => {
    const access =
      request(100, "/ipxe/52-54-00-8b-ec-d2.ipxe") +
      request(101, `/store/sha256/${expected.kernel}`) +
      request(101, `/store/sha256/${expected.kernel}`, { ip: "10.44.0.99" });
    const uefi = stepsIn(`dnsmasq-dhcp[17]: 1 PXE(br0) ${mac} proxy\n`, access, expected);
    assert.deepEqual(
      uefi.map(({ what }) => what),
      ["boot config fetched", "kernel fetched"],
    );
    const bios = stepsIn(`dnsmasq-dhcp[17]: 0 PXE(br0) 10.44.0.203 ${mac} lpxelinux.0\n`, access, expected);
    assert.equal(bios.at(-1)?.what, "kernel fetched");
  });

  it("are the machine's own where it is known by what its firmware says", () => {
    const access =
      request(100, `/ipxe/${mac.replaceAll(":", "-")}.ipxe?uuid=4c4c4544-0051-3010-8054-c4c04f584b32&serial=CZ12.7`) +
      request(101, `/ipxe/00.ipxe?uuid=&serial=CZ12x7`, { ip: "10.44.0.99" }) +
      request(101, `/ipxe/00.ipxe?uuid=&serial=CZ12.77`, { ip: "10.44.0.99" }) +
      request(102, `/store/sha256/${expected.kernel}`) +
      request(103, `/store/sha256/${expected.kernel}`, { ip: "10.44.0.99" });
    for (const identity of ["uuid-4c4c4544-0051-3010-8054-c4c04f584b32", "serial-CZ12.7"])
      assert.deepEqual(
        stepsIn(dnsmasq, access, { ...expected, identity }).map(({ what }) => what),
        [
          "DHCP gave it 10.44.0.203",
          "lpxelinux.0 sent by TFTP",
          "boot config sent by TFTP",
          "boot config fetched",
          "kernel fetched",
        ],
      );
  });

  it("are told by the last one and the silence after it", () => {
    const steps = [{ what: "rootfs fetched", at: 41_000 }];
    assert.equal(
      describeProgress(steps, 0, 161_000),
      "last step: rootfs fetched 41 s after power-on, silent for 120 s",
    );
    assert.match(describeProgress([], 0, 1), /no DHCP request came/);
  });
});
