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

  for (const [what, more, expected] of [
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
