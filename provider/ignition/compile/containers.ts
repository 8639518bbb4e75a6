import type { ContainerArgs } from "./arguments";
import { type Pieces, textFile } from "./pieces";

/**
 * A container is a Podman Quadlet file, of which systemd's generator makes <name>.service at every boot (podman-systemd.unit(5)),
 * or, for releases whose Podman has no Quadlets (before 4.4), a plain unit that calls podman.
 */
export function fromContainers(containers: readonly ContainerArgs[] = []): Pieces {
  return {
    files: containers
      .filter(({ kind }) => kind !== "unit")
      .map((container) => textFile(`/etc/containers/systemd/${container.name}.container`, quadlet(container))),
    units: containers
      .filter(({ kind }) => kind === "unit")
      .map((container) => ({ name: `${container.name}.service`, enabled: true, contents: plainUnit(container) })),
  };
}

function quadlet({
  name,
  image,
  command,
  environment = {},
  ports = [],
  volumes = [],
  network,
  quadlet,
}: ContainerArgs) {
  const lines = [
    ...head(name),
    "[Container]",
    `ContainerName=${name}`,
    `Image=${image}`,
    ...(command === undefined ? [] : [`Exec=${command}`]),
    ...Object.entries(environment).map(([key, value]) => `Environment=${quoted(`${key}=${value}`)}`),
    ...ports.map((port) => `PublishPort=${port}`),
    ...volumes.map((volume) => `Volume=${volume}`),
    ...(network === undefined ? [] : [`Network=${network}`]),
    "",
    "[Service]",
    "Restart=always",
    "TimeoutStartSec=900", // the image is pulled while the unit starts
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    ...(quadlet === undefined ? [] : ["", quadlet.trimEnd()]),
  ];
  return `${lines.join("\n")}\n`;
}

function plainUnit({ name, image, command, environment = {}, ports = [], volumes = [], network }: ContainerArgs) {
  const options = [
    ...Object.entries(environment).map(([key, value]) => `--env ${quoted(`${key}=${value}`)}`),
    ...ports.map((port) => `--publish ${port}`),
    ...volumes.map((volume) => `--volume ${quoted(volume)}`),
    ...(network === undefined ? [] : [`--network ${network}`]),
  ];
  const lines = [
    ...head(name),
    "[Service]",
    "Restart=always",
    "TimeoutStartSec=900",
    `ExecStartPre=-/usr/bin/podman rm --force ${name}`,
    `ExecStart=/usr/bin/podman run --rm --name ${[name, ...options, image, ...(command ? [command] : [])].join(" ")}`,
    `ExecStop=/usr/bin/podman stop ${name}`,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
  return `${lines.join("\n")}\n`;
}

const head = (name: string) => [
  "[Unit]",
  `Description=Container ${name}`,
  "Wants=network-online.target",
  "After=network-online.target",
  "",
];

/** One word for systemd: in quotes, with what means something to it escaped (systemd.syntax(7)). */
const quoted = (word: string) =>
  /[\s"'\\%$]/.test(word) ? `"${word.replace(/[\\"]/g, "\\$&").replace(/%/g, "%%").replace(/\n/g, "\\n")}"` : word;
