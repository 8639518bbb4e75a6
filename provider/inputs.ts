import { isIP } from "node:net";
import Ajv, { type ErrorObject, type Schema, type ValidateFunction } from "ajv";
import { parseDuration } from "./boot/duration";
import { isSerialNumber, normalUuid } from "./boot/identity";
import { kernelArgumentProblem } from "./boot/kernelArguments";
import { normalMac } from "./boot/mac";
import { parseSubnet } from "./boot/network";
import { nearest } from "./nearest";
import { isUnknown } from "./unknown";

/** What Pulumi's `check` answers about one property. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** What each format asks for, in the words of the error message. */
const formats: Record<string, { accepts: (text: string) => boolean; wanted: string }> = {
  mac: {
    accepts: (text) => normalMac(text) !== undefined,
    wanted: 'must be a unicast MAC address like "52:54:00:12:34:56" (hyphens, dots or no separators are accepted too)',
  },
  uuid: {
    accepts: (text) => normalUuid(text) !== undefined,
    wanted:
      'must be the UUID that the machine\'s firmware gives it, like "4c4c4544-0051-3010-8054-c4c04f584b32" (dmidecode -s system-uuid)',
  },
  serialNumber: {
    accepts: isSerialNumber,
    wanted:
      "must be made of letters, digits, dots, hyphens and underscores, at most 64, and begin with a letter or digit: match a machine whose serial number is different by mac or uuid",
  },
  hostname: {
    accepts: (text) =>
      text.length <= 253 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(text),
    wanted: 'must be a host name (RFC 1123): letters, digits and hyphens, at most 63 characters a label, like "node1"',
  },
  subnet: {
    accepts: (text) => parseSubnet(text) !== undefined,
    wanted: 'must be an IPv4 subnet in CIDR form whose address is its first, like "10.44.0.0/24" (/8 to /30)',
  },
  duration: {
    accepts: (text) => parseDuration(text) !== undefined,
    wanted: 'must be a duration like "90s", "10m", "1h" or "7d"',
  },
  absolutePath: {
    accepts: (text) => /^\/[\w./+@:-]*$/.test(text) && !text.split("/").includes(".."),
    wanted: 'must be an absolute path of letters, digits and . _ + @ : - without "..", like "/srv/pxe"',
  },
  baseUrl: {
    // it lands in boot configs of three boot loaders, each with its own special characters
    accepts: (text) =>
      /^https?:\/\/([\w.-]+|\[[0-9a-f:]+\])(:\d{1,5})?(\/[\w.~%+-]+)*$/i.test(text) && !/\/\.\.?(\/|$)/.test(text),
    wanted:
      'must be an http or https URL without user, query and trailing slash, its path of letters, digits and . _ ~ % + -, like "http://10.0.0.2/pxe"',
  },
  artifactLocation: {
    accepts: (text) => /^(https?:\/\/[^\s"']+|[^:\s][^:]*)$/.test(text),
    wanted: 'must be an http or https URL, or a path on this machine, like "images/rootfs.img"',
  },
  resourceName: {
    accepts: (text) => /^[\w.-]{1,100}$/.test(text),
    wanted:
      "must be made of letters, digits, dots, hyphens and underscores (the resource's name is used in file names)",
  },
  hostOrAddress: {
    accepts: (text) => isIP(text) !== 0 || /^[\w]([\w.-]{0,252}[\w])?$/.test(text),
    wanted: 'must be a host name or an IP address, like "10.0.0.2" (the port is a property of its own)',
  },
  userName: {
    accepts: (text) => /^[\w][\w.@\\-]{0,63}$/.test(text),
    wanted: 'must be a user\'s name on that host, like "core"',
  },
  hostKey: {
    accepts: (text) => /^\s*(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/]{40,}={0,3}(\s.*)?\s*$/.test(text),
    wanted:
      'must be the host\'s public key, like "ssh-ed25519 AAAA…" (the content of its /etc/ssh/ssh_host_ed25519_key.pub)',
  },
  image: {
    accepts: (text) => /^[a-z0-9][\w./:-]*(@sha256:[0-9a-f]{64})?$/.test(text),
    wanted: 'must be a container image, best with its digest, like "registry.example.org/pxe:1@sha256:…"',
  },
  interface: {
    accepts: (text) => /^[\w.:@-]{1,15}$/.test(text),
    wanted: 'must be a network interface\'s name, at most 15 characters, like "eno1"',
  },
};

const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
for (const [name, { accepts }] of Object.entries(formats)) ajv.addFormat(name, accepts);
ajv.addFormat("kernelArgument", (text) => kernelArgumentProblem(text) === undefined);
ajv.addFormat("ipv4", /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/);

const compiled = new Map<Schema, ValidateFunction>();

/**
 * Holds a resource's inputs against its JSON schema: one failure for each thing that is wrong, with its path, what was
 * found and what to write instead. Values that only `up` will know pass.
 */
export function checkInputs(schema: Schema, news: object): CheckFailure[] {
  const { __provider, ...inputs } = news as { __provider?: string };
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (validate(inputs)) return [];
  const known = (validate.errors ?? []).filter(
    (error) => !isUnknown(error.data) || error.keyword === "additionalProperties",
  );
  const seen = new Set<string>();
  return known.map(toFailure).filter(({ property, reason }) => {
    const key = `${property} ${reason}`;
    return !seen.has(key) && seen.add(key);
  });
}

function toFailure(error: ErrorObject): CheckFailure {
  const path = error.instancePath.slice(1).split("/").filter(Boolean);
  if (error.keyword === "required") path.push(error.params.missingProperty);
  if (error.keyword === "additionalProperties") path.push(error.params.additionalProperty);
  const dotted = path
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
  return { property: path[0] ?? "", reason: `${dotted} ${explain(error)}` };
}

function explain(error: ErrorObject): string {
  const got = `got ${short(error.data)}`;
  switch (error.keyword) {
    case "required":
      return "is required";
    case "additionalProperties": {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      const suggestion = nearest(error.params.additionalProperty, known);
      return `is not a property here${suggestion ? `: did you mean ${suggestion}?` : ` (there are ${known.join(", ")})`}`;
    }
    case "format": {
      const format = formats[error.params.format];
      const wanted =
        format?.wanted ?? kernelArgumentProblem(String(error.data)) ?? `must be of the form ${error.params.format}`;
      return `${wanted}, ${got}`;
    }
    case "enum":
      return `must be one of ${error.params.allowedValues.map((value: unknown) => JSON.stringify(value)).join(", ")}, ${got}`;
    default:
      return `${error.message}, ${got}`;
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
