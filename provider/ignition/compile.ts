import { dataUrl, type IgnitionJson } from "./config";

export interface FileArgs {
  readonly path: string;
  readonly contents?: string;
  readonly mode?: number;
}

export interface DropinArgs {
  readonly name: string;
  readonly contents: string;
}

export interface UnitArgs {
  readonly name: string;
  readonly enabled?: boolean;
  readonly mask?: boolean;
  readonly contents?: string;
  readonly dropins?: readonly DropinArgs[];
}

/** What IgnitionConfig takes as typed arguments, each of which becomes Ignition here. */
export interface TypedArgs {
  readonly sshAuthorizedKeys?: readonly string[];
  readonly files?: readonly FileArgs[];
  readonly units?: readonly UnitArgs[];
}

/** The spec that typed arguments are written in: the oldest that has all that they need, so that old releases take it. */
const typedSpec = "3.4.0";

export function compile(args: TypedArgs): IgnitionJson {
  const { sshAuthorizedKeys = [], files = [], units = [] } = args;
  return {
    ignition: { version: typedSpec },
    passwd: {
      users: sshAuthorizedKeys.length > 0 ? [{ name: "core", sshAuthorizedKeys: [...sshAuthorizedKeys] }] : [],
    },
    storage: {
      files: files.map(({ path, contents = "", mode = 0o644 }) => ({
        path,
        mode,
        overwrite: true,
        contents: { source: dataUrl(contents) },
      })),
    },
    systemd: {
      units: units.map(({ dropins = [], ...unit }) => ({ ...unit, dropins: dropins.map((part) => ({ ...part })) })),
    },
  };
}
