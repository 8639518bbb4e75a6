/** An Ignition config of spec 3.6.0, generated from Ignition's own JSON schema. */
export type Ignition = {
  readonly ignition: {
    readonly version: string;
    readonly config?: {
      readonly merge?: readonly {
        readonly source?: string | null;
        readonly compression?: string | null;
        readonly httpHeaders?: readonly { readonly name: string; readonly value?: string | null }[];
        readonly verification?: { readonly hash?: string | null };
      }[];
      readonly replace?: {
        readonly source?: string | null;
        readonly compression?: string | null;
        readonly httpHeaders?: readonly { readonly name: string; readonly value?: string | null }[];
        readonly verification?: { readonly hash?: string | null };
      };
    };
    readonly timeouts?: { readonly httpResponseHeaders?: number | null; readonly httpTotal?: number | null };
    readonly security?: {
      readonly tls?: {
        readonly certificateAuthorities?: readonly {
          readonly source?: string | null;
          readonly compression?: string | null;
          readonly httpHeaders?: readonly { readonly name: string; readonly value?: string | null }[];
          readonly verification?: { readonly hash?: string | null };
        }[];
      };
    };
    readonly proxy?: {
      readonly httpProxy?: string | null;
      readonly httpsProxy?: string | null;
      readonly noProxy?: readonly string[];
    };
  };
  readonly storage?: {
    readonly disks?: readonly {
      readonly device: string;
      readonly wipeTable?: boolean | null;
      readonly partitions?: readonly {
        readonly label?: string | null;
        readonly number?: number;
        readonly sizeMiB?: number | null;
        readonly startMiB?: number | null;
        readonly typeGuid?: string | null;
        readonly guid?: string | null;
        readonly wipePartitionEntry?: boolean | null;
        readonly shouldExist?: boolean | null;
        readonly resize?: boolean | null;
      }[];
    }[];
    readonly raid?: readonly {
      readonly name: string;
      readonly level?: string | null;
      readonly spares?: number | null;
      readonly devices?: readonly string[];
      readonly options?: readonly string[];
    }[];
    readonly luks?: readonly {
      readonly name: string;
      readonly label?: string | null;
      readonly uuid?: string | null;
      readonly device?: string | null;
      readonly keyFile?: {
        readonly source?: string | null;
        readonly compression?: string | null;
        readonly httpHeaders?: readonly { readonly name: string; readonly value?: string | null }[];
        readonly verification?: { readonly hash?: string | null };
      };
      readonly wipeVolume?: boolean | null;
      readonly clevis?: {
        readonly custom?: {
          readonly pin?: string | null;
          readonly config?: string | null;
          readonly needsNetwork?: boolean | null;
        };
        readonly tpm2?: boolean | null;
        readonly tang?: readonly {
          readonly url?: string;
          readonly thumbprint?: string | null;
          readonly advertisement?: string | null;
        }[];
        readonly threshold?: number | null;
      };
      readonly cex?: { readonly enabled?: boolean | null };
      readonly options?: readonly string[];
      readonly discard?: boolean | null;
      readonly openOptions?: readonly string[];
    }[];
    readonly filesystems?: readonly {
      readonly path?: string | null;
      readonly device: string;
      readonly format?: string | null;
      readonly options?: readonly string[];
      readonly mountOptions?: readonly string[];
      readonly wipeFilesystem?: boolean | null;
      readonly label?: string | null;
      readonly uuid?: string | null;
    }[];
    readonly files?: readonly ({
      readonly path: string;
      readonly overwrite?: boolean | null;
      readonly user?: { readonly id?: number | null; readonly name?: string | null };
      readonly group?: { readonly id?: number | null; readonly name?: string | null };
    } & {
      readonly mode?: number | null;
      readonly contents?: {
        readonly source?: string | null;
        readonly compression?: string | null;
        readonly httpHeaders?: readonly { readonly name: string; readonly value?: string | null }[];
        readonly verification?: { readonly hash?: string | null };
      };
      readonly append?: readonly {
        readonly source?: string | null;
        readonly compression?: string | null;
        readonly httpHeaders?: readonly { readonly name: string; readonly value?: string | null }[];
        readonly verification?: { readonly hash?: string | null };
      }[];
    })[];
    readonly directories?: readonly ({
      readonly path: string;
      readonly overwrite?: boolean | null;
      readonly user?: { readonly id?: number | null; readonly name?: string | null };
      readonly group?: { readonly id?: number | null; readonly name?: string | null };
    } & { readonly mode?: number | null })[];
    readonly links?: readonly ({
      readonly path: string;
      readonly overwrite?: boolean | null;
      readonly user?: { readonly id?: number | null; readonly name?: string | null };
      readonly group?: { readonly id?: number | null; readonly name?: string | null };
    } & { readonly target?: string | null; readonly hard?: boolean | null })[];
  };
  readonly systemd?: {
    readonly units?: readonly {
      readonly name: string;
      readonly enabled?: boolean | null;
      readonly mask?: boolean | null;
      readonly contents?: string | null;
      readonly dropins?: readonly { readonly name: string; readonly contents?: string | null }[];
    }[];
  };
  readonly passwd?: {
    readonly users?: readonly {
      readonly name: string;
      readonly passwordHash?: string | null;
      readonly sshAuthorizedKeys?: readonly string[];
      readonly uid?: number | null;
      readonly gecos?: string | null;
      readonly homeDir?: string | null;
      readonly noCreateHome?: boolean | null;
      readonly primaryGroup?: string | null;
      readonly groups?: readonly string[];
      readonly noUserGroup?: boolean | null;
      readonly system?: boolean | null;
      readonly noLogInit?: boolean | null;
      readonly shell?: string | null;
      readonly shouldExist?: boolean | null;
    }[];
    readonly groups?: readonly {
      readonly name: string;
      readonly gid?: number | null;
      readonly passwordHash?: string | null;
      readonly system?: boolean | null;
      readonly shouldExist?: boolean | null;
    }[];
  };
  readonly kernelArguments?: { readonly shouldExist?: readonly string[]; readonly shouldNotExist?: readonly string[] };
};
