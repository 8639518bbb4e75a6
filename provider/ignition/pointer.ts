import { createHash } from "node:crypto";

/** What a machine has of its own beside the config that it shares with others. */
export interface OwnPart {
  readonly hostname?: string;
}

/**
 * A machine's own Ignition config: it merges the shared one, held to its digest, and adds what differs (Ignition spec 3.1,
 * ignition.config.merge).
 */
export function pointerConfig(bodyUrl: string, bodyDigest: string, own: OwnPart): { content: string; digest: string } {
  const hostname = {
    path: "/etc/hostname",
    mode: 0o644,
    overwrite: true,
    contents: { source: `data:,${own.hostname}%0A` },
  };
  const config = {
    ignition: {
      config: { merge: [{ source: bodyUrl, verification: { hash: `sha256-${bodyDigest}` } }] },
      version: "3.1.0",
    },
    storage: { files: own.hostname ? [hostname] : [] },
  };
  const content = `${JSON.stringify(config)}\n`;
  return { content, digest: createHash("sha256").update(content).digest("hex") };
}
