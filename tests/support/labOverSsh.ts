import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../provider/hosts/host";
import { closeNamespace, enterLab, labHost, openNamespace } from "../../provider/lab/namespace";
import { layNetwork } from "../../provider/lab/network";
import { type Sshd, startSshd } from "./sshd";

/** A machine with a network of its own, 10.44.0.1/24 on br0, that is reached over a real sshd on loopback. */
export interface LabOverSsh {
  /** Where its files may lie; they are this machine's files. */
  readonly directory: string;
  /** The same machine without SSH between. */
  readonly host: Host;
  readonly sshd: Sshd;
  stop(): Promise<void>;
}

export async function startLabOverSsh(): Promise<LabOverSsh> {
  const directory = mkdtempSync(join(tmpdir(), "lab-"));
  await openNamespace(directory);
  await layNetwork(labHost(directory), "10.44.0.1", 24);
  const sshd = await startSshd([`ForceCommand ${enterLab(directory).join(" ")} sh -c "$SSH_ORIGINAL_COMMAND"`]);
  return {
    directory,
    host: labHost(directory),
    sshd,
    stop: async () => {
      await sshd.stop();
      await closeNamespace(directory);
      rmSync(directory, { recursive: true });
    },
  };
}
