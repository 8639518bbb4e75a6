import { rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { networkIn, parseSubnet } from "../boot/network";
import { stateDirectory } from "../directories";
import { localHost } from "../hosts/local";
import { checkInputs } from "../inputs";
import { closeNamespace, isNamespaceOpen, labHost, openNamespace } from "../lab/namespace";
import { bridge, layNetwork, startRouter } from "../lab/network";
import { lackOf } from "../lab/programs";
import { toWire } from "../wire";

interface Inputs {
  /** Project, stack and resource name: keeps the labs of one machine apart. */
  readonly name: string;
  readonly subnet: string;
  readonly directory: string;
  /** What a PxeServer in this lab takes as its network. */
  readonly network: { interface: string; subnet: string; dhcp: "server"; besideOtherDhcp: boolean; lab: string };
}

const schema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    subnet: { type: "string", format: "subnet" },
    directory: { type: "string", format: "absolutePath" },
  },
  required: ["name"],
  additionalProperties: false,
};

export async function check(olds: Partial<Inputs>, news: Partial<Inputs>): Promise<dynamic.CheckResult> {
  const failures = checkInputs(schema, news);
  const lack = lackOf("unshare", "nsenter", "ip");
  if (lack) failures.push({ property: "name", reason: `a lab can't be had here: ${lack}` });
  const { name, subnet = "10.44.0.0/24" } = news;
  const directory = news.directory ?? olds.directory ?? join(stateDirectory(), String(name));
  // nobody else can be in there: no need to look
  const network = { interface: bridge, subnet, dhcp: "server", besideOtherDhcp: true, lab: directory };
  return { inputs: toWire({ name, subnet, directory, network }), failures };
}

export async function diff(_id: string, olds: Inputs, news: Inputs): Promise<dynamic.DiffResult> {
  const replaces = (["directory", "subnet"] as const).filter((key) => olds[key] !== news[key]);
  return { replaces, deleteBeforeReplace: true };
}

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  await closeNamespace(inputs.directory); // what an interrupted run may have left
  await openNamespace(inputs.directory);
  const subnet = parseSubnet(inputs.subnet)!;
  const host = labHost(inputs.directory);
  await layNetwork(host, networkIn(subnet, bridge).address, subnet.prefix);
  await startRouter(host, inputs.directory);
  return { id: inputs.directory, outs: toWire(inputs) };
}

export async function read(id: string, props: Inputs): Promise<dynamic.ReadResult> {
  return isNamespaceOpen(props.directory) ? { id, props } : {};
}

export async function update(_id: string, _olds: Inputs, news: Inputs): Promise<dynamic.UpdateResult> {
  return { outs: toWire(news) };
}

async function remove(_id: string, props: Inputs): Promise<void> {
  await closeNamespace(props.directory);
  await localHost().remove(props.directory);
  await rmdir(dirname(props.directory)).catch(() => undefined); // other labs may lie beside it
}

export { remove as delete };
