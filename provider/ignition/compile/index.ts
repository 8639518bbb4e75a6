import type { Wire } from "../../wire";
import type { IgnitionJson } from "../config";
import { phoneHomeUnit } from "../phoneHome";
import type { TypedArgs, UnitArgs, UserArgs } from "./arguments";
import { fromContainers } from "./containers";
import { fromDirectories, fromFiles, fromLinks } from "./files";
import { fromNetwork } from "./network";
import { defined, type Pieces } from "./pieces";
import { fromDisks, fromFilesystems, fromPersistentVar, fromRaid } from "./storage";
import {
  fromCertificateAuthorities,
  fromHostname,
  fromKernelModules,
  fromProxy,
  fromSwap,
  fromSysctls,
  fromTimezone,
} from "./system";

/** The Ignition config that typed arguments stand for, and the unit that this package needs on every machine. */
export function compile(args: TypedArgs): IgnitionJson {
  const pieces: Pieces[] = [
    { units: [phoneHomeUnit] },
    fromUsers(args.sshAuthorizedKeys, args.users),
    fromHostname(args.hostname),
    fromNetwork(args.network),
    fromCertificateAuthorities(args.certificateAuthorities),
    fromProxy(args.proxy),
    fromTimezone(args.timezone),
    fromSysctls(args.sysctls),
    fromKernelModules(args.kernelModules),
    fromSwap(args.swap),
    fromDisks(args.disks),
    fromRaid(args.raid),
    fromFilesystems(args.filesystems),
    fromPersistentVar(args.persistentVar),
    fromContainers(args.containers),
    fromUnits(args.units),
    fromDirectories(args.directories),
    fromLinks(args.links),
    fromFiles(args.files),
  ];
  const all = (key: Exclude<keyof Pieces, "ignition">): Wire => pieces.flatMap((piece) => piece[key] ?? []);
  const config = {
    ignition: { version: "3.0.0", ...Object.assign({}, ...pieces.map(({ ignition }) => ignition)) },
    passwd: { users: all("users") },
    storage: {
      disks: all("disks"),
      raid: all("raid"),
      filesystems: all("filesystems"),
      directories: all("directories"),
      links: all("links"),
      files: all("files"),
    },
    systemd: { units: all("units") },
  };
  config.ignition.version = neededSpec(args);
  return config;
}

/** The oldest spec that has what the arguments use, so that old releases take the config. */
function neededSpec({ files = [], directories = [], disks = [], filesystems = [], proxy }: TypedArgs): string {
  if ([...files, ...directories].some(({ mode = 0 }) => mode > 0o777)) return "3.6.0";
  if (disks.some(({ partitions = [] }) => partitions.some(({ resize }) => resize !== undefined))) return "3.2.0";
  const isOf31 = proxy || files.some(({ sha256 }) => sha256) || filesystems.some(({ mountOptions }) => mountOptions);
  return isOf31 ? "3.1.0" : "3.0.0";
}

function fromUsers(keys: readonly string[] = [], users: readonly UserArgs[] = []): Pieces {
  const core = users.find(({ name }) => name === "core");
  const coreKeys = [...keys, ...(core?.sshAuthorizedKeys ?? [])];
  const others = users.filter((user) => user !== core);
  const all = core || keys.length > 0 ? [{ ...core, name: "core", sshAuthorizedKeys: coreKeys }, ...others] : others;
  return { users: all.map((user) => defined(user)) };
}

const fromUnits = (units: readonly UnitArgs[] = []): Pieces => ({
  units: units.map(({ dropins = [], ...unit }) => ({
    ...defined(unit),
    dropins: dropins.map((part) => ({ ...part })),
  })),
});
