import type * as pulumi from "@pulumi/pulumi";

export interface UserArgs {
  readonly name: pulumi.Input<string>;
  readonly sshAuthorizedKeys?: pulumi.Input<pulumi.Input<string>[]>;
  /** As in /etc/shadow (crypt(5)), made by `mkpasswd --method=yescrypt`. Everyone who can fetch the config can read it. */
  readonly passwordHash?: pulumi.Input<string>;
  readonly uid?: pulumi.Input<number>;
  /** Beside the user's own group: "wheel", "sudo". */
  readonly groups?: pulumi.Input<pulumi.Input<string>[]>;
  readonly gecos?: pulumi.Input<string>;
  readonly homeDir?: pulumi.Input<string>;
  readonly shell?: pulumi.Input<string>;
  readonly system?: pulumi.Input<boolean>;
}

interface NodeArgs {
  /** Absolute. /usr, /boot, /tmp and /run can't be written. */
  readonly path: pulumi.Input<string>;
  /** Name or number. @default root */
  readonly user?: pulumi.Input<string | number>;
  /** Name or number. @default root */
  readonly group?: pulumi.Input<string | number>;
}

/** A file that is put in place at every boot, over whatever is there. One of `contents`, `base64` and `source`. */
export interface FileArgs extends NodeArgs {
  /** Text. @default "" */
  readonly contents?: pulumi.Input<string>;
  /** Bytes. */
  readonly base64?: pulumi.Input<string>;
  /** A URL from which the machine fetches them: http, https, tftp, s3, gs, arn. */
  readonly source?: pulumi.Input<string>;
  /** Hex digest that the contents must have. */
  readonly sha256?: pulumi.Input<string>;
  /** @default 0o644 */
  readonly mode?: pulumi.Input<number>;
}

export interface DirectoryArgs extends NodeArgs {
  /** @default 0o755 */
  readonly mode?: pulumi.Input<number>;
}

export interface LinkArgs extends NodeArgs {
  readonly target: pulumi.Input<string>;
  /** @default false: a symbolic link */
  readonly hard?: pulumi.Input<boolean>;
}

/** A part that is laid over a unit: <unit>.d/<name>. */
export interface DropinArgs {
  /** Ends in ".conf". */
  readonly name: pulumi.Input<string>;
  readonly contents: pulumi.Input<string>;
}

export interface UnitArgs {
  /** With its suffix: "simulator.service". */
  readonly name: pulumi.Input<string>;
  /** Whether its [Install] section is acted upon. Absent: as the release has it. */
  readonly enabled?: pulumi.Input<boolean>;
  readonly mask?: pulumi.Input<boolean>;
  /** Its text; absent: a unit that the release brings. */
  readonly contents?: pulumi.Input<string>;
  readonly dropins?: pulumi.Input<pulumi.Input<DropinArgs>[]>;
}

export interface ContainerArgs {
  /** The container's, and with ".service" its unit's. */
  readonly name: pulumi.Input<string>;
  readonly image: pulumi.Input<string>;
  /** What runs inside, with its arguments. Absent: what the image says. */
  readonly command?: pulumi.Input<string>;
  readonly environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** "8080:80", as podman's --publish takes it. */
  readonly ports?: pulumi.Input<pulumi.Input<string>[]>;
  /** "/var/lib/simulator:/data:Z", as podman's --volume takes it. */
  readonly volumes?: pulumi.Input<pulumi.Input<string>[]>;
  readonly network?: pulumi.Input<string>;
  /** "unit" for releases whose Podman is older than 4.4 and knows no Quadlets. @default "quadlet" */
  readonly kind?: pulumi.Input<"quadlet" | "unit">;
  /** Further sections of the Quadlet file, as they are (podman-systemd.unit(5)). */
  readonly quadlet?: pulumi.Input<string>;
}

export interface VlanArgs {
  readonly parent: pulumi.Input<string>;
  /** 1 to 4094. */
  readonly id: pulumi.Input<number>;
}

export interface BondArgs {
  /** Interfaces that it is made of. */
  readonly members: pulumi.Input<pulumi.Input<string>[]>;
  /** @default "active-backup" */
  readonly mode?: pulumi.Input<string>;
  /** As the kernel's bonding driver knows them. @default { miimon: 100 } */
  readonly options?: pulumi.Input<Record<string, pulumi.Input<string | number>>>;
}

/** An interface that NetworkManager brings up; by DHCP where it has no `addresses`. */
export interface ConnectionArgs {
  /** "eno1"; for a VLAN or a bond, the name that it gets. */
  readonly interface: pulumi.Input<string>;
  /** Finds the interface by its address instead of by its name. */
  readonly mac?: pulumi.Input<string>;
  /** With their prefix lengths: "10.0.0.5/24", "fd00::5/64". */
  readonly addresses?: pulumi.Input<pulumi.Input<string>[]>;
  readonly gateway?: pulumi.Input<string>;
  readonly gateway6?: pulumi.Input<string>;
  readonly dns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Search domains. */
  readonly search?: pulumi.Input<pulumi.Input<string>[]>;
  readonly mtu?: pulumi.Input<number>;
  readonly vlan?: pulumi.Input<VlanArgs>;
  readonly bond?: pulumi.Input<BondArgs>;
}

export interface ProxyArgs {
  /** For http:// URLs. */
  readonly http?: pulumi.Input<string>;
  /** For https:// URLs. */
  readonly https?: pulumi.Input<string>;
  /** Hosts, domains and subnets that are reached without it. */
  readonly except?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface SwapArgs {
  /** Size of a compressed swap device in memory, as zram-generator.conf(5) computes it: "min(ram / 2, 4096)" (MiB). */
  readonly zram?: pulumi.Input<string>;
  /** A partition; made into swap unless it already is. */
  readonly device?: pulumi.Input<string>;
}

export interface PartitionArgs {
  readonly label?: pulumi.Input<string>;
  /** Without it, partitions can't be recognised at the next boot unless the table is wiped. */
  readonly number?: pulumi.Input<number>;
  /** 0: all that is free. */
  readonly sizeMiB?: pulumi.Input<number>;
  readonly startMiB?: pulumi.Input<number>;
  readonly typeGuid?: pulumi.Input<string>;
  readonly guid?: pulumi.Input<string>;
  /** **Whether a partition that differs is deleted and made anew.** */
  readonly wipePartitionEntry?: pulumi.Input<boolean>;
  readonly shouldExist?: pulumi.Input<boolean>;
  /** Whether one that is smaller is grown (spec 3.2). */
  readonly resize?: pulumi.Input<boolean>;
}

export interface DiskArgs {
  /** Best as "/dev/disk/by-id/...". */
  readonly device: pulumi.Input<string>;
  /** **Whether the table is made anew at every boot**; partitions that come out the same keep what is in them. */
  readonly wipeTable?: pulumi.Input<boolean>;
  readonly partitions?: pulumi.Input<pulumi.Input<PartitionArgs>[]>;
}

export interface RaidArgs {
  readonly name: pulumi.Input<string>;
  /** "raid1" */
  readonly level: pulumi.Input<string>;
  readonly devices: pulumi.Input<pulumi.Input<string>[]>;
  readonly spares?: pulumi.Input<number>;
  /** Further arguments of mdadm. */
  readonly options?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface FilesystemArgs {
  readonly device: pulumi.Input<string>;
  /** "xfs", "ext4", "btrfs", "vfat", "swap", "none" */
  readonly format: pulumi.Input<string>;
  /** Where Ignition mounts it while it writes files. */
  readonly path?: pulumi.Input<string>;
  readonly label?: pulumi.Input<string>;
  readonly uuid?: pulumi.Input<string>;
  /** **Whether it is made anew at every boot, losing what is on it.** @default false */
  readonly wipeFilesystem?: pulumi.Input<boolean>;
  /** Of mkfs. */
  readonly options?: pulumi.Input<pulumi.Input<string>[]>;
  /** Of mount. */
  readonly mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the running system mounts it too, at `path`. @default false */
  readonly mountUnit?: pulumi.Input<boolean>;
}

export interface PersistentVarArgs {
  /** A whole disk, of which partition 1 is used; or "/dev/disk/by-partlabel/..." or "/dev/md/...", used as it is. */
  readonly device: pulumi.Input<string>;
  /** @default "xfs" */
  readonly format?: pulumi.Input<"xfs" | "ext4" | "btrfs">;
}
