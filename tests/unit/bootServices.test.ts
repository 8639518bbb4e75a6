import assert from "node:assert/strict";
import { check } from "../../provider/resources/bootServices";

const base = { name: "project-stack-server", network: { interface: "eno1", subnet: "10.44.0.0/24" } };
const inputsOf = async (more: object, olds: object = {}) => {
  const { inputs, failures } = await check(olds, { ...base, ...more });
  assert.deepEqual(failures, []);
  return inputs;
};

describe("a PxeServer at preview", () => {
  it("knows what it will serve over TLS, and until when", async () => {
    const { site, certificate, configs } = await inputsOf({ tls: true });
    assert.deepEqual(site.tls, { url: "https://10.44.0.1" });
    assert.deepEqual(certificate.names, ["10.44.0.1"]);
    assert.match(certificate.until, /^20\d\d-\d\d-\d\d$/);
    assert.match(configs.nginx, /listen 10\.44\.0\.1:443 ssl;/);
  });

  it("has nothing of it without", async () => {
    const { site, certificate, configs } = await inputsOf({});
    assert.deepEqual([site.tls, certificate], [undefined, undefined]);
    assert.doesNotMatch(configs.nginx, /ssl|443/);
  });

  it("keeps its certificate from run to run, unless its address is another", async () => {
    const before = await inputsOf({ tls: true });
    before.certificate.until = "2099-01-01";
    assert.deepEqual((await inputsOf({ tls: true }, before)).certificate, before.certificate);
    const network = { ...base.network, address: "10.44.0.2" };
    assert.notEqual((await inputsOf({ tls: true, network }, before)).certificate.until, "2099-01-01");
  });

  it("hands out what it is told to, as dnsmasq has it", async () => {
    const { configs } = await inputsOf({
      network: {
        ...base.network,
        dhcp: "server",
        ranges: [
          { first: "10.44.0.20", last: "10.44.0.29" },
          { first: "10.44.0.50", last: "10.44.0.50" },
        ],
        leaseTime: "12h",
        dhcpOptions: { router: "10.44.0.254", "dns-server": ["10.44.0.53", "10.44.0.54"], 26: "9000" },
      },
    });
    const lines = configs.dnsmasq.split("\n").filter((line: string) => /^dhcp-(range|option)=/.test(line));
    for (const line of [
      "dhcp-range=10.44.0.20,10.44.0.29,255.255.255.0,43200",
      "dhcp-range=10.44.0.50,10.44.0.50,255.255.255.0,43200",
      "dhcp-option=option:router,10.44.0.254",
      "dhcp-option=option:dns-server,10.44.0.53,10.44.0.54",
      "dhcp-option=26,9000",
    ])
      assert.ok(lines.includes(line), line);
  });

  const server = { ...base.network, dhcp: "server" } as const;
  const range = (first: string, last: string) => ({ network: { ...server, ranges: [{ first, last }] } });
  for (const [what, more, expected] of [
    ["ranges of a proxy", { network: { ...base.network, ranges: [] } }, /ranges must NOT have fewer than 1/],
    [
      "a lease time of a proxy",
      { network: { ...base.network, leaseTime: "1h" } },
      /^network\.leaseTime is for dhcp "server": with dhcp "proxy" another server gives addresses/,
    ],
    ["a range outside the subnet", range("10.44.0.20", "10.44.1.20"), /must lie inside network\.subnet/],
    ["a range from high to low", range("10.44.0.20", "10.44.0.10"), /must begin with the lower address/],
    ["a range with the server in it", range("10.44.0.1", "10.44.0.10"), /must not hold 10\.44\.0\.1, which is the/],
    [
      "ranges that overlap",
      {
        network: {
          ...server,
          ranges: [
            { first: "10.44.0.20", last: "10.44.0.30" },
            { first: "10.44.0.10", last: "10.44.0.25" },
          ],
        },
      },
      /10\.44\.0\.10 to 10\.44\.0\.25 must not overlap with 10\.44\.0\.20 to 10\.44\.0\.30/,
    ],
    ["a lease of seconds", { network: { ...server, leaseTime: "30s" } }, /must be two minutes or more, got "30s"/],
    ["the package's own option", { network: { ...server, dhcpOptions: { 67: "x" } } }, /dhcpOptions\.67 must be left/],
    [
      "an option with a line break",
      { network: { ...server, dhcpOptions: { router: "10.44.0.1\ndhcp-script=/x" } } },
      /^network\.dhcpOptions\.router must match pattern/,
    ],
    [
      "an option whose name is more than that",
      { network: { ...server, dhcpOptions: { "router,1.2.3.4": "10.44.0.1" } } },
      /dhcpOptions/,
    ],
    ["restrict without TLS", { restrict: true }, /^restrict needs tls: true/],
    [
      "TLS of a server that it doesn't run",
      { tls: true, services: "none", url: "http://a" },
      /^tls must not be set with services "none"/,
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { failures = [] } = await check({}, { ...base, ...more });
      assert.match(failures[0]?.reason ?? "", expected);
    });
});
