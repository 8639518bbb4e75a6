import { cpioArchive, fileIn } from "./cpio";

/** Where a Fedora CoreOS initramfs looks for a config that came with it (coreos-ignition-setup-user.service). */
const ignitionPath = "config.ign";

/** An additional initrd with which a machine has its Ignition config at once; as `coreos-installer pxe ignition wrap` makes it. */
export const wrapIgnition = (config: string | Buffer): Buffer =>
  cpioArchive([{ path: ignitionPath, content: config, mode: 0o600 }]);

/** The config in an initrd that {@link wrapIgnition} made; undefined where there is none. */
export const unwrapIgnition = (initrd: Buffer): Buffer | undefined => fileIn(initrd, ignitionPath);

/**
 * An additional initrd with which Ignition trusts a private certificate authority before it has any config: Go's x509 reads
 * every file in this directory beside the bundle of the system (crypto/x509, root_linux.go).
 */
export const wrapCertificateAuthority = (pem: string, name = "fcos-pxe"): Buffer =>
  cpioArchive([{ path: `etc/pki/tls/certs/${name}.pem`, content: pem }]);

/**
 * An additional initrd with NetworkManager keyfiles, which take the place of what the kernel arguments say about the
 * network; as `coreos-installer pxe network wrap` makes it. By file name: "eno1.nmconnection".
 */
export const wrapNetwork = (keyfiles: Readonly<Record<string, string>>): Buffer =>
  cpioArchive(
    Object.entries(keyfiles)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, content]) => ({ path: `etc/coreos-firstboot-network/${name}`, content, mode: 0o600 })),
  );
