import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { samplePaths } from "../provider/lab/sample";
import { type Power, powerControl } from "../provider/power";
import * as bootServices from "../provider/resources/bootServices";
import * as fcosRelease from "../provider/resources/fcosRelease";
import * as ignitionConfig from "../provider/resources/ignitionConfig";
import * as labResource from "../provider/resources/lab";
import * as machine from "../provider/resources/machine";
import * as virtualMachine from "../provider/resources/virtualMachine";
import { whenInterrupted } from "../tools/interrupt";

/** What a bench needs of a provider: its functions, whatever the resource. */
interface Provider {
  check(olds: object, news: object): Promise<{ inputs?: Record<string, unknown>; failures?: { reason: string }[] }>;
  create(inputs: never): Promise<{ id: string; outs?: Record<string, unknown> }>;
  delete(id: string, state: never): Promise<void>;
}

/** What of the server is not as a lab has it by default. */
export interface ServerOfLab {
  readonly dhcp?: "proxy";
  readonly unknownMachines?: "discover";
  /** Its Ignition config goes over TLS then. */
  readonly tls?: boolean;
}

/** A lab with a server and the sample release, made by the providers without the engine around them. */
export async function labEnvironment(directory: string, server: ServerOfLab = {}) {
  const made: (() => Promise<void>)[] = [];
  const removeAll = async () => {
    for (const remove of made) await remove();
  };
  const uninterrupted = whenInterrupted(removeAll);
  const make = async (provider: unknown, news: object): Promise<Record<string, never>> => {
    const { check, create, delete: remove } = provider as Provider;
    const { inputs, failures = [] } = await check({}, news);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const { id, outs } = await create(inputs as never);
    made.unshift(() => remove(id, outs as never));
    return outs as Record<string, never>;
  };
  const lab = await make(labResource, { name: "lab", directory });
  const { dhcp, tls, unknownMachines } = server;
  const network = { ...(lab.network as unknown as object), ...(dhcp && { dhcp }) };
  const services = await make(bootServices, {
    ...{ name: "server", network },
    ...(unknownMachines && { unknownMachines }),
    ...(tls && { tls }),
  });
  const { site } = services;
  const sample = samplePaths();
  const release = await make(fcosRelease, {
    site,
    stream: "stable",
    metadataUrl: pathToFileURL(sample.streams.stable).href,
    trustedKeys: [readFileSync(sample.publicKey, "utf8")],
  });
  const ignition = await make(ignitionConfig, { name: "compute", site, ...(tls && { delivery: "https" }) });
  const { pxe } = JSON.parse(readFileSync(sample.streams.stable, "utf8")).architectures.x86_64.artifacts.metal.formats;
  return {
    /** Hex sha256 of the release's kernel. */
    kernel: pxe.kernel.sha256 as string,
    /** Makes a machine, tells how long it took from power-on to phone-home, and takes it away again. */
    async bootSeconds(name: string, hardware = {}, binding = {}, match = "mac"): Promise<number> {
      const vm = await make(virtualMachine, { name, lab: directory, ...hardware });
      const declared = {
        ...binding,
        site,
        [match]: vm[match],
        power: vm.power,
        release: release.ref,
        ignition: ignition.ref,
      };
      const booted = await make(machine, { name, ...declared, reprovision: "reboot", waitForBoot: "5m" });
      for (const remove of made.splice(0, 2)) await remove();
      return Number(booted.bootSeconds);
    },
    /** The same of a machine that is declared by nothing but its architecture: nobody waits for it but we. */
    async bootSecondsOfAny(name: string, hardware = {}): Promise<number> {
      const vm = await make(virtualMachine, { name, lab: directory, ...hardware });
      const declared = { name: "any", site, architecture: "x86_64", release: release.ref, ignition: ignition.ref };
      const any = await make(machine, declared);
      const since = Date.now();
      await powerControl(vm.power as unknown as Power).cycle();
      for (;;) {
        const { props } = await machine.read("any", any as never);
        const booted = props?.bootedMachines?.find(({ mac }: { mac: string }) => mac === vm.mac);
        if (booted) return (Date.parse(booted.bootedAt) - since) / 1000;
        if (Date.now() - since > 300_000) throw new Error("it did not phone home within 300 s");
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
    remove: () => removeAll().finally(uninterrupted),
  };
}
