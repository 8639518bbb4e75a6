import assert from "node:assert/strict";
import * as bootServices from "../../provider/resources/bootServices";
import * as pxe from "../../sdk";
import { type Declared, declaredBy } from "../support/mocks";

const image = `registry.example.org/pxe:1@sha256:${"a".repeat(64)}`;
const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const connection = { host: "10.0.0.2", user: "core", hostKey, agent: "/run/agent" };
const network = { interface: "eno1", subnet: "10.0.0.0/24", address: "10.0.0.2" };

describe("a PxeServer's containers, up to the docker plugin's border", () => {
  let declared: Declared[];
  before(async () => {
    declared = await declaredBy(
      () => new pxe.PxeServer("rack1", { connection, network, services: "docker", containers: { image } }).site,
    );
  });
  const find = (type: string, name = "rack1") => {
    const found = declared.find((one) => one.type.endsWith(type) && one.name === name);
    assert.ok(found, `no ${type} ${name} in ${declared.map((one) => `${one.type} ${one.name}`).join(", ")}`);
    return found.inputs as Record<string, unknown>;
  };

  it("are made by Docker on the server, over SSH to the pinned host key alone", () => {
    const provider = find("providers:docker");
    assert.equal(provider.host, "ssh://core@10.0.0.2:22");
    const options = JSON.parse(provider.sshOpts as string) as string[];
    assert.ok(options.includes(`KnownHostsCommand=/bin/echo * ${hostKey}`));
    assert.ok(options.includes("StrictHostKeyChecking=yes") && options.includes("UserKnownHostsFile=none"));
    assert.ok(options.includes(`IdentityAgent="/run/agent"`));
  });

  it("run from the declared image, digest included", () => {
    assert.equal(find("RemoteImage").name, image);
    for (const name of ["rack1-nginx", "rack1-dnsmasq"]) assert.equal(find("Container", name).image, "sha256:image");
  });

  it("have the host's network, the capabilities of their ports, and nothing writable but logs and leases", () => {
    const directory = "/var/lib/fcos-pxe/project-stack-rack1";
    const expected = {
      networkMode: "host",
      readOnly: true,
      user: "0:0",
      restart: "unless-stopped",
      mustRun: true,
      securityOpts: ["no-new-privileges", "label=disable"],
      mounts: [
        { path: directory, readOnly: true },
        { path: `${directory}/log`, readOnly: false },
        { path: `${directory}/run`, readOnly: false },
      ].map(({ path, readOnly }) => ({ type: "bind", source: path, target: path, readOnly })),
    };
    const { name, image: _, capabilities, entrypoints, command, ...dnsmasq } = find("Container", "rack1-dnsmasq");
    assert.deepEqual(dnsmasq, expected);
    assert.equal(name, "fcos-pxe-project-stack-rack1-dnsmasq");
    assert.deepEqual(capabilities, {
      adds: ["CAP_NET_BIND_SERVICE", "CAP_NET_ADMIN", "CAP_NET_RAW"],
      drops: ["ALL"],
    });
    assert.deepEqual(entrypoints, ["dnsmasq"]);
    assert.ok((command as string[]).includes(`--conf-file=${directory}/etc/dnsmasq.conf`));
    const nginx = find("Container", "rack1-nginx");
    assert.deepEqual(nginx.capabilities, { adds: ["CAP_NET_BIND_SERVICE"], drops: ["ALL"] });
  });

  it("are made after what they serve was prepared", () => {
    const order = declared.map(({ type }) => type.split(":").at(-1)?.replace(/.*\//, ""));
    assert.ok(order.indexOf("BootServices") < order.indexOf("Container"), order.join());
  });

  it("are not declared where the services are of another kind", async () => {
    const others = await declaredBy(() => new pxe.PxeServer("rack1", { network, services: "systemd" }).site);
    assert.deepEqual(
      others.map(({ type }) => type.split(":").at(-1)),
      ["PxeServer", "BootServices"],
    );
  });

  for (const [what, args, expected] of [
    ["without an image", {}, /^containers is required with services "docker"/],
    [
      "from what is no image",
      { containers: { image: "a b" } },
      /^containers\.image must be a container image.*got "a b"/,
    ],
    [
      "with a key as text, which the plugin's ssh can't be given",
      { containers: { image }, connection: { ...connection, privateKey: "text" } },
      /^connection to core@10\.0\.0\.2 must take its key from an agent or from a privateKeyFile/,
    ],
    [
      "in a lab",
      { containers: { image }, connection: undefined, network: { ...network, lab: "/srv/lab" } },
      /^network\.lab is a network of this machine/,
    ],
  ] as const)
    it(`are refused ${what}`, async () => {
      const all = { name: "rack1", services: "docker", connection, network, ...args };
      const { failures } = await bootServices.check({}, all as never);
      assert.match(failures?.[0]?.reason ?? "", expected);
    });
});
