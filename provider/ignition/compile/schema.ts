/** What the typed arguments may be, as JSON schema: what Ignition itself says of a value is left to Ignition. */
type Schema = { readonly [key: string]: unknown };

const text = { type: "string" };
const flag = { type: "boolean" };
const count = { type: "integer", minimum: 0 };
const mode = { type: "integer", minimum: 0, maximum: 0o7777 };
const path = { type: "string", pattern: "^/" };
const list = (items: Schema, minItems = 0): Schema => ({ type: "array", items, minItems });
const map = (values: Schema): Schema => ({ type: "object", additionalProperties: values });
const record = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** A line in a file that others write lines into. */
const line = { type: "string", pattern: "^[^\\r\\n]*$" };
const word = { type: "string", pattern: "^[^\\s]+$" };
const who = { type: ["string", "integer"] };
const node = { path, user: who, group: who };
const interfaceName = { type: "string", format: "interface" };

const user = record(
  {
    name: word,
    sshAuthorizedKeys: list(line),
    passwordHash: line,
    uid: count,
    groups: list(word),
    gecos: line,
    homeDir: path,
    shell: path,
    system: flag,
  },
  "name",
);

const file = record(
  {
    ...node,
    contents: text,
    base64: { type: "string", pattern: "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$" },
    source: word,
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
    mode,
  },
  "path",
);

const unit = record(
  {
    name: word,
    enabled: flag,
    mask: flag,
    contents: text,
    dropins: list(record({ name: word, contents: text }, "name", "contents")),
  },
  "name",
);

const container = record(
  {
    name: { type: "string", pattern: "^[a-zA-Z0-9][a-zA-Z0-9_.-]*$" },
    image: word,
    command: line,
    environment: map(text),
    ports: list(word),
    volumes: list(line),
    network: word,
    kind: { type: "string", enum: ["quadlet", "unit"] },
    quadlet: text,
  },
  "name",
  "image",
);

const address = { type: "string", pattern: "^[0-9a-fA-F.:]+/\\d{1,3}$" };
const connection = record(
  {
    interface: interfaceName,
    mac: { type: "string", format: "mac" },
    addresses: list(address),
    gateway: word,
    gateway6: word,
    dns: list(word),
    search: list(word),
    mtu: count,
    vlan: record({ parent: interfaceName, id: { type: "integer", minimum: 1, maximum: 4094 } }, "parent", "id"),
    bond: record(
      { members: list(interfaceName, 1), mode: word, options: map({ type: ["string", "number"] }) },
      "members",
    ),
  },
  "interface",
);

const partition = record({
  label: text,
  number: count,
  sizeMiB: count,
  startMiB: count,
  typeGuid: text,
  guid: text,
  wipePartitionEntry: flag,
  shouldExist: flag,
  resize: flag,
});

const filesystem = record(
  {
    device: path,
    format: word,
    path,
    label: text,
    uuid: text,
    wipeFilesystem: flag,
    options: list(text),
    mountOptions: list(word),
    mountUnit: flag,
  },
  "device",
  "format",
);

export const typedSchema: Record<string, Schema> = {
  sshAuthorizedKeys: list(line),
  users: list(user),
  hostname: { type: "string", format: "hostname" },
  files: list(file),
  directories: list(record({ ...node, mode }, "path")),
  links: list(record({ ...node, target: text, hard: flag }, "path", "target")),
  units: list(unit),
  containers: list(container),
  network: list(connection),
  certificateAuthorities: list({ type: "string", pattern: "-----BEGIN CERTIFICATE-----" }),
  proxy: record({ http: word, https: word, except: list(word) }),
  timezone: { type: "string", pattern: "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$" },
  sysctls: map({ type: ["string", "number"], pattern: "^[^\\r\\n]*$" }),
  kernelModules: list({ type: "string", pattern: "^[A-Za-z0-9_-]+$" }),
  swap: record({ zram: line, device: path }),
  disks: list(record({ device: path, wipeTable: flag, partitions: list(partition) }, "device")),
  raid: list(
    record(
      { name: word, level: word, devices: list(path, 1), spares: count, options: list(text) },
      "name",
      "level",
      "devices",
    ),
  ),
  filesystems: list(filesystem),
  persistentVar: record({ device: path, format: { type: "string", enum: ["xfs", "ext4", "btrfs"] } }, "device"),
};
