const pxe = require("pulumi-fcos-pxe");

const { MACHINES, CHANGED, DIRECTORY } = process.env;

const server = new pxe.PxeServer("server", { services: "none", directory: DIRECTORY, url: "http://10.44.0.1" });
const release = new pxe.FcosRelease("stable", { server, ...pxe.lab.sampleStream("stable") });
const compute = new pxe.IgnitionConfig("compute", { server, sshAuthorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"] });

for (let index = 0; index < Number(MACHINES); index++) {
  const [high, low] = [index >> 8, index & 255].map((part) => part.toString(16).padStart(2, "0"));
  const isChanged = CHANGED === "all" || CHANGED === String(index);
  new pxe.Machine(`node${index}`, {
    server,
    match: { mac: `52:54:00:44:${high}:${low}` },
    hostname: `node${index}`,
    release,
    ignition: compute,
    kernelArguments: isChanged ? ["mitigations=off"] : undefined,
  });
}
