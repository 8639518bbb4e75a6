import { canonicalJson, sha256 } from "./canonical";
import { dataUrl } from "./dataUrl";

/** A published config that a machine merges. */
export interface Body {
  readonly url: string;
  /** Hex sha256 of its bytes, to which the machine holds what it fetches. */
  readonly digest: string;
}

/** What a machine has of its own beside the configs that it shares with others. */
export interface OwnPart {
  readonly hostname?: string;
}

/**
 * A machine's own Ignition config: it merges the published ones, the later over the earlier, and adds what differs (Ignition
 * spec 3.1, ignition.config.merge). Thousands of machines so share one body, and a machine's own file is some 300 bytes.
 */
export function pointerConfig(bodies: readonly Body[], own: OwnPart): { content: string; digest: string } {
  const merge = bodies.map(({ url, digest }) => ({ source: url, verification: { hash: `sha256-${digest}` } }));
  const content = `${canonicalJson({ ignition: { config: { merge }, version: "3.1.0" }, ...ownPart(own) })}\n`;
  return { content, digest: sha256(content) };
}

/** What {@link pointerConfig} adds to the bodies, as Ignition sees it. */
export const ownPart = ({ hostname }: OwnPart) => ({
  storage: {
    files:
      hostname === undefined
        ? []
        : [{ path: "/etc/hostname", mode: 0o644, overwrite: true, contents: { source: dataUrl(`${hostname}\n`) } }],
  },
});
