/** What IgnitionConfig takes as typed arguments, as plain values. The SDK's args say for users what each is for. */
export interface TypedArgs {
  readonly sshAuthorizedKeys?: readonly string[];
  readonly users?: readonly UserArgs[];
  readonly hostname?: string;
  readonly files?: readonly FileArgs[];
  readonly directories?: readonly DirectoryArgs[];
  readonly links?: readonly LinkArgs[];
  readonly units?: readonly UnitArgs[];
  readonly containers?: readonly ContainerArgs[];
  readonly network?: readonly ConnectionArgs[];
  readonly certificateAuthorities?: readonly string[];
  readonly proxy?: ProxyArgs;
  readonly timezone?: string;
  readonly sysctls?: Readonly<Record<string, string | number>>;
  readonly kernelModules?: readonly string[];
  readonly swap?: SwapArgs;
  readonly disks?: readonly DiskArgs[];
  readonly raid?: readonly RaidArgs[];
  readonly filesystems?: readonly FilesystemArgs[];
  readonly persistentVar?: PersistentVarArgs;
}

export interface UserArgs {
  readonly name: string;
  readonly sshAuthorizedKeys?: readonly string[];
  readonly passwordHash?: string;
  readonly uid?: number;
  readonly groups?: readonly string[];
  readonly gecos?: string;
  readonly homeDir?: string;
  readonly shell?: string;
  readonly system?: boolean;
}

interface NodeArgs {
  readonly path: string;
  readonly user?: string | number;
  readonly group?: string | number;
}

export interface FileArgs extends NodeArgs {
  readonly contents?: string;
  readonly base64?: string;
  readonly source?: string;
  readonly sha256?: string;
  readonly mode?: number;
}

export interface DirectoryArgs extends NodeArgs {
  readonly mode?: number;
}

export interface LinkArgs extends NodeArgs {
  readonly target: string;
  readonly hard?: boolean;
}

export interface UnitArgs {
  readonly name: string;
  readonly enabled?: boolean;
  readonly mask?: boolean;
  readonly contents?: string;
  readonly dropins?: readonly { readonly name: string; readonly contents: string }[];
}

export interface ContainerArgs {
  readonly name: string;
  readonly image: string;
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network?: string;
  readonly kind?: "quadlet" | "unit";
  readonly quadlet?: string;
}

export interface ConnectionArgs {
  readonly interface: string;
  readonly mac?: string;
  readonly addresses?: readonly string[];
  readonly gateway?: string;
  readonly gateway6?: string;
  readonly dns?: readonly string[];
  readonly search?: readonly string[];
  readonly mtu?: number;
  readonly vlan?: { readonly parent: string; readonly id: number };
  readonly bond?: {
    readonly members: readonly string[];
    readonly mode?: string;
    readonly options?: Readonly<Record<string, string | number>>;
  };
}

export interface ProxyArgs {
  readonly http?: string;
  readonly https?: string;
  readonly except?: readonly string[];
}

export interface SwapArgs {
  readonly zram?: string;
  readonly device?: string;
}

export interface DiskArgs {
  readonly device: string;
  readonly wipeTable?: boolean;
  readonly partitions?: readonly PartitionArgs[];
}

export interface PartitionArgs {
  readonly label?: string;
  readonly number?: number;
  readonly sizeMiB?: number;
  readonly startMiB?: number;
  readonly typeGuid?: string;
  readonly guid?: string;
  readonly wipePartitionEntry?: boolean;
  readonly shouldExist?: boolean;
  readonly resize?: boolean;
}

export interface RaidArgs {
  readonly name: string;
  readonly level: string;
  readonly devices: readonly string[];
  readonly spares?: number;
  readonly options?: readonly string[];
}

export interface FilesystemArgs {
  readonly device: string;
  readonly format: string;
  readonly path?: string;
  readonly label?: string;
  readonly uuid?: string;
  readonly wipeFilesystem?: boolean;
  readonly options?: readonly string[];
  readonly mountOptions?: readonly string[];
  readonly mountUnit?: boolean;
}

export interface PersistentVarArgs {
  readonly device: string;
  readonly format?: "xfs" | "ext4" | "btrfs";
}
