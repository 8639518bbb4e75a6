import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as bootServices from "../../provider/resources/bootServices";
import * as pxe from "../../sdk";
import { declaredBy } from "../support/mocks";

const connection = {
  host: "10.0.0.2",
  user: "core",
  hostKey: `ssh-ed25519 ${"A".repeat(68)}`,
  privateKeyFile: "~/.ssh/pxe",
};
const network = { interface: "eno1", subnet: "10.0.0.0/24", address: "10.0.0.2" };

describe("a PxeServer's preparation, up to the command plugin's border", () => {
  const declared = (args: pxe.PxeServerArgs) => declaredBy(() => new pxe.PxeServer("rack1", { network, ...args }).site);
  const types = (all: { type: string }[]) => all.map(({ type }) => type.split(":").slice(-2).join(":"));

  it("runs a script on the host, by sudo and with its output in the log, before anything is served", async () => {
    const all = await declared({ connection, services: "systemd", prepare: true });
    assert.deepEqual(types(all), ["index:PxeServer", "local:Command", "dynamic/fcos-pxe:BootServices"]);
    const { create, stdin, logging, triggers, ...rest } = all[1]!.inputs as Record<string, string>;
    assert.match(create!, /^'ssh' .* '-l' 'core' '--' '10\.0\.0\.2' 'sudo -n sh -s'$/);
    assert.match(create!, /IdentityFile="~\/\.ssh\/pxe"/);
    assert.match(stdin!, /^# Installs what a PXE server runs/);
    assert.equal(logging, "stdoutAndStderr");
    assert.equal(triggers?.length, 1);
    assert.deepEqual(rest, { environment: {} });
  });

  it("is not declared where it was not asked for, or where nothing is to be installed", async () => {
    const image = "registry.example.org/pxe:1";
    const kinds = [
      await declared({ connection, services: "systemd" }),
      await declared({ connection, services: "docker", containers: { image }, prepare: true }),
      await declared({ connection, services: "none", url: "http://10.0.0.2", prepare: true }),
    ];
    for (const all of kinds) assert.ok(!types(all).includes("local:Command"), types(all).join());
  });

  it("comes after what the server depends on, as everything of it does", async () => {
    class Slow extends pulumi.CustomResource {}
    const slow = () => new Slow("test:index:Slow", "slow", {});
    for (const prepare of [true, false]) {
      const args = { connection, network, services: "systemd", prepare } as const;
      const all = await declaredBy(() => new pxe.PxeServer("rack1", args, { dependsOn: slow() }).site, 100);
      const [, ...later] = types(all).filter((type) => type !== "index:PxeServer");
      assert.deepEqual(
        later,
        prepare ? ["local:Command", "dynamic/fcos-pxe:BootServices"] : ["dynamic/fcos-pxe:BootServices"],
      );
    }
  });

  it("is refused with a key that has a passphrase", async () => {
    const secret = { ...connection, passphrase: "secret" };
    const all = { name: "rack1", connection: secret, network, prepare: true };
    const { failures } = await bootServices.check({}, all);
    assert.match(failures?.[0]?.reason ?? "", /^prepare starts ssh by itself.*core@10\.0\.0\.2: load that key/);
  });
});
