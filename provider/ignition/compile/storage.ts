import type { DiskArgs, FilesystemArgs, PersistentVarArgs, RaidArgs } from "./arguments";
import { defined, type Pieces } from "./pieces";
import { unitName } from "./unitName";

export const fromDisks = (disks: readonly DiskArgs[] = []): Pieces => ({
  disks: disks.map(({ partitions = [], ...disk }) => ({
    ...defined(disk),
    partitions: partitions.map((partition) => defined(partition)),
  })),
});

export const fromRaid = (arrays: readonly RaidArgs[] = []): Pieces => ({ raid: arrays.map((array) => defined(array)) });

/** Filesystems; with `mountUnit`, also the unit that mounts each: without one, Ignition mounts only while it runs. */
export const fromFilesystems = (filesystems: readonly FilesystemArgs[] = []): Pieces => ({
  filesystems: filesystems.map(({ mountUnit: _, ...filesystem }) => defined(filesystem)),
  units: filesystems.filter(({ mountUnit, path }) => mountUnit && path !== undefined).map(mountUnit),
});

/**
 * /var that outlives boots, made when it isn't there and reused when it is. Nothing is ever wiped: where partition 1 of the
 * disk is another one, or its filesystem another, Ignition ends the boot rather than write.
 */
export function fromPersistentVar(args: PersistentVarArgs | undefined): Pieces {
  if (!args) return {};
  const { device, format = "xfs" } = args;
  const isPartition = device.startsWith("/dev/disk/by-partlabel/") || device.startsWith("/dev/md/");
  const filesystem = {
    device: isPartition ? device : "/dev/disk/by-partlabel/var",
    format,
    label: "var",
    path: "/var",
    wipeFilesystem: false,
  };
  return {
    disks: isPartition ? [] : [{ device, wipeTable: false, partitions: [{ number: 1, label: "var" }] }],
    filesystems: [filesystem],
    units: [mountUnit(filesystem)],
  };
}

/** Named for its path, as systemd asks, and as the live system does that looks whether /var is to be its own tmpfs. */
function mountUnit({ device, path, format, mountOptions }: FilesystemArgs) {
  const check = `systemd-fsck@${unitName(device)}.service`;
  const options = mountOptions && mountOptions.length > 0 ? `Options=${mountOptions.join(",")}\n` : "";
  const contents = `[Unit]
Description=Mount ${path}
Requires=${check}
After=${check}

[Mount]
Where=${path}
What=${device}
Type=${format}
${options}
[Install]
RequiredBy=local-fs.target
`;
  return { name: `${unitName(path!)}.mount`, enabled: true, contents };
}
