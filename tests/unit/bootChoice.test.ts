import assert from "node:assert/strict";
import { discoveredIn } from "../../provider/boot/discovered";
import { dhcpHostLine, dnsmasqConfig } from "../../provider/boot/dnsmasq";
import { networkIn, parseSubnet } from "../../provider/boot/network";
import { answersToUnknown } from "../../provider/boot/unknownMachines";
import { check } from "../../provider/resources/bootServices";

const site = { directory: "/srv/pxe", url: "http://10.44.0.1" };
const network = networkIn(parseSubnet("10.44.0.0/24")!, "br0");

/** What dnsmasq would give a client: its own rule, that every tag of a line must fit. */
function bootFile(config: string, given: readonly string[]): string[] {
  const tags = new Set(given);
  const fits = (wanted: readonly string[]) =>
    wanted.every((tag) => (tag.startsWith("!") ? !tags.has(tag.slice(1)) : tags.has(tag)));
  const tagsOf = (line: string) => [...line.matchAll(/tag:([^,]+)/g)].map(([, tag]) => tag!);
  for (const line of config.split("\n").filter((one) => one.startsWith("tag-if=")))
    if (fits(tagsOf(line))) tags.add(/set:([^,]+)/.exec(line)![1]!);
  const boots = config.split("\n").filter((line) => line.startsWith("dhcp-boot=") && fits(tagsOf(line)));
  return boots.map((line) => line.split(",").at(-1)!);
}

describe("the boot program that DHCP names", () => {
  const config = dnsmasqConfig(site, network);
  const script = "http://10.44.0.1/ipxe/boot.ipxe";
  for (const [who, tags, expected] of [
    ["BIOS", [], "lpxelinux.0"],
    ["BIOS with an iPXE ROM", ["runs-ipxe"], "lpxelinux.0"],
    ["BIOS that is to use iPXE", ["ipxe"], "boot/undionly.kpxe"],
    ["the same once iPXE runs", ["ipxe", "runs-ipxe"], script],
    ["UEFI", ["uefi-x86_64"], "boot/snponly.efi"],
    ["the same once iPXE runs", ["uefi-x86_64", "runs-ipxe"], script],
    ["UEFI that is to use GRUB", ["uefi-x86_64", "grub"], "boot/shimx64.efi"],
    ["UEFI with iPXE in its ROM that is to use GRUB", ["uefi-x86_64", "grub", "runs-ipxe"], "boot/shimx64.efi"],
    ["UEFI HTTP boot", ["http-x86_64"], "http://10.44.0.1/boot/snponly.efi"],
    ["aarch64", ["uefi-aarch64"], "boot/snponly-arm64.efi"],
    ["aarch64 HTTP boot that is to use GRUB", ["http-aarch64", "grub"], "http://10.44.0.1/boot/shimaa64.efi"],
  ] as const)
    it(`is one, and the right one, for ${who}: ${expected}`, () =>
      assert.deepEqual(bootFile(config, tags), [expected]));

  it("is chosen for both numbers by which firmware calls x86_64, and for HTTP and aarch64", () => {
    const codes = [...config.matchAll(/option:client-arch,(\d+)$/gm)].map(([, code]) => Number(code));
    assert.deepEqual(codes, [7, 9, 11, 16, 19]);
  });

  it("hands out no address as a proxy, and says nothing of DHCP without it", () => {
    const proxy = dnsmasqConfig(site, network, "proxy");
    assert.match(proxy, /^dhcp-range=10\.44\.0\.0,proxy,255\.255\.255\.0$/m);
    assert.doesNotMatch(proxy, /dhcp-authoritative/);
    assert.doesNotMatch(dnsmasqConfig(site, network, "none"), /dhcp/);
  });

  it("follows the machine's own boot loader by a tag in its line", () => {
    assert.equal(dhcpHostLine({ identity: "52:54:00:44:00:01", bootLoader: "grub" }), "52:54:00:44:00:01,set:grub\n");
    assert.equal(dhcpHostLine({ identity: "52:54:00:44:00:01" }), undefined);
    assert.equal(dhcpHostLine({ identity: "serial-CZ1234567X", hostname: "node1" }), undefined);
  });
});

describe("a machine that nobody declared", () => {
  it("is left to its disk, or asked what it is, or given nothing", () => {
    assert.match(answersToUnknown("local-disk", site.url).pxelinux!, /LOCALBOOT/);
    assert.match(answersToUnknown("discover", site.url).ipxe!, /http:\/\/10\.44\.0\.1\/discovered\//);
    assert.deepEqual(answersToUnknown("nothing", site.url), {});
    assert.match(answersToUnknown("sanboot", site.url).ipxe!, /sanboot --no-describe --drive 0x80/);
  });

  it("shows up as its firmware describes it, once, with nothing unprintable from the wire", () => {
    const line = (t: number, u: string) => JSON.stringify({ t, ip: "10.44.0.150", m: "GET", u, s: 200 });
    const log = [
      line(100, "/discovered/52-54-00-44-00-09?uuid=1-2&serial=A%201&vendor=Acme%0A%1b[31m&product="),
      line(200, "/discovered/52-54-00-44-00-09?uuid=1-2&serial=A%201&vendor=Acme%0A%1b[31m&product="),
      line(300, "/discovered/../../etc/passwd"),
      line(300, "/discovered/nobody?uuid=1"),
      "{torn",
    ].join("\n");
    assert.deepEqual(discoveredIn(log), [
      {
        ...{ mac: "52:54:00:44:00:09", address: "10.44.0.150", uuid: "1-2", serial: "A 1", vendor: "Acme[31m" },
        ...{ product: undefined, seenAt: "1970-01-01T00:03:20.000Z" },
      },
    ]);
  });
});

describe("PxeServer at preview", () => {
  const declared = { name: "server", network: { interface: "eno1", subnet: "10.0.0.0/24" } };

  it("is a proxy unless it is told otherwise", async () => {
    const { inputs } = await check({}, declared);
    assert.match(inputs.configs.dnsmasq, /^dhcp-range=10\.0\.0\.0,proxy/m);
    assert.equal(inputs.dhcpSettings, undefined);
  });

  for (const [what, changed] of [
    ["an interface with a line break", { network: { ...declared.network, interface: "br0\ndhcp-script=/x" } }],
    ["a directory with a line break", { directory: "/srv\ndhcp-script=/x" }],
    ["a URL with a line break", { url: "http://10.0.0.1\n/x" }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
    ["a URL that iPXE would expand", { url: "http://${net0/ip}" }],
    ["a URL that ends nginx's or GRUB's words", { url: "http://10.0.0.1/a;b" }],
    ["a name with a line break", { name: "a\nb" }],
    ["a DHCP mode that there isn't", { network: { ...declared.network, dhcp: "relay" as never } }],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { failures = [] } = await check({}, { ...declared, ...changed });
      assert.notDeepEqual(failures, []);
    });
});
