import { reportArgument } from "../ignition/phoneHome";

export interface LiveBoot {
  /** URL of the rootfs; undefined where it lies inside the initramfs (releases before July 2020). */
  readonly rootfsUrl?: string;
  /** Undefined where the config comes with an initrd: Ignition would pass over that one. */
  readonly ignitionUrl?: string;
  readonly reportUrl: string;
  /** The user's own, appended to ours; a `console=` or `ip=` of theirs takes the place of ours. */
  readonly own: readonly string[];
}

const consoles = ["console=tty0", "console=ttyS0"];

/** The arguments of a live boot (Fedora CoreOS documentation, "Live DVD/ISO and network boot" reference). */
export function liveBootArguments(boot: LiveBoot): string[] {
  const gives = (key: string) => boot.own.some((argument) => argument.startsWith(`${key}=`));
  return [
    ...(gives("ip") ? [] : ["ip=dhcp"]),
    "rd.neednet=1",
    ...(gives("console") ? [] : consoles),
    "ignition.firstboot",
    "ignition.platform.id=metal",
    ...(boot.ignitionUrl ? [`ignition.config.url=${boot.ignitionUrl}`] : []),
    ...(boot.rootfsUrl ? [`coreos.live.rootfs_url=${boot.rootfsUrl}`] : []),
    ...boot.own,
    `${reportArgument}=${boot.reportUrl}`,
  ];
}

/** Arguments of the live boot that are ours to give: a second one would win or lose depending on who reads it. */
const reserved = [
  "initrd",
  "BOOTIF",
  "ignition.firstboot",
  "ignition.platform.id",
  "ignition.config.url",
  "coreos.live.rootfs_url",
  "coreos.liveiso",
  "root",
  "ostree",
  reportArgument,
];

/** What is wrong with one kernel argument of the user's; undefined where nothing is. */
export function kernelArgumentProblem(argument: string): string | undefined {
  if (argument === "") return "must not be empty";
  if (/[\r\n]/.test(argument)) return "must not contain a line break: write one argument an element";
  if (/["'\\]/.test(argument))
    return "must not contain quotes or backslashes: boot loaders and the kernel read them differently";
  if (/\s/.test(argument)) return "must not contain white space: write one argument an element";
  if (/[^\x21-\x7e]/.test(argument)) return "must be printable ASCII";
  if (argument.includes("${")) return "must not contain ${, which iPXE would take for a setting of its own";
  if (!/^[\w-]/.test(argument)) return "must begin with a letter, a digit, a hyphen or an underscore";
  const key = argument.split("=")[0] ?? "";
  if (reserved.includes(key))
    return `must leave ${key} to the package, which sets it from the release and the Ignition config`;
  return undefined;
}

/** What a kernel reads of its command line, in characters: COMMAND_LINE_SIZE without the byte that ends it. */
export const commandLineLimit = (architecture: string) => (architecture === "s390x" ? 4095 : 2047);
