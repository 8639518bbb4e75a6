import { createHash } from "node:crypto";
import { wrapCertificateAuthority, wrapNetwork } from "../initrd/wrap";
import type { Manifest } from "./ref";

/** What is added to a release for every machine that boots it. */
export interface Customization {
  /** PEM; Ignition trusts them when it fetches. */
  readonly certificateAuthorities?: readonly string[];
  /** NetworkManager keyfiles for the initramfs and the system, by file name. */
  readonly networkKeyfiles?: Readonly<Record<string, string>>;
  readonly kernelArguments?: readonly string[];
}

/** The derived initrd; undefined where nothing goes into one. The same customization makes the same bytes. */
export function customInitrd(
  customization: Customization | undefined,
): { sha256: string; content: Buffer } | undefined {
  const { certificateAuthorities = [], networkKeyfiles = {} } = customization ?? {};
  const content = Buffer.concat([
    ...(certificateAuthorities.length > 0
      ? [wrapCertificateAuthority(certificateAuthorities.join("\n"), "release")]
      : []),
    ...(Object.keys(networkKeyfiles).length > 0 ? [wrapNetwork(networkKeyfiles)] : []),
  ]);
  return content.length > 0 ? { sha256: createHash("sha256").update(content).digest("hex"), content } : undefined;
}

/** As a release's description says it; undefined where there is none. */
export function describedCustomization(customization: Customization | undefined): Manifest["customization"] {
  const initrd = customInitrd(customization);
  const { kernelArguments = [] } = customization ?? {};
  if (!initrd && kernelArguments.length === 0) return undefined;
  return {
    ...(initrd ? { initrd: { sha256: initrd.sha256 } } : {}),
    ...(kernelArguments.length > 0 ? { kernelArguments } : {}),
  };
}
