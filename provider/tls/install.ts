import { createHash } from "node:crypto";
import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { wrapCertificateAuthority } from "../initrd/wrap";
import { type CertificateTerms, holds, issueCertificate, type KeyPair } from "./certificates";

/** Where a certificate and its key lie: by its terms, so that other ones are another configuration, which nginx takes up. */
export function certificateFiles(site: Site, terms: CertificateTerms): { certificate: string; key: string } {
  const digest = createHash("sha256")
    .update(JSON.stringify([terms.names, terms.until]))
    .digest("hex");
  const path = `${sitePaths(site).certificates}/${digest.slice(0, 16)}`;
  return { certificate: `${path}.crt`, key: `${path}.key` };
}

/**
 * Makes what a server with TLS needs, as far as it isn't there: its certificate, and the initrd by which machines trust it.
 * True where the certificate is a new one.
 */
export async function installCertificate(
  host: Host,
  site: Site,
  authority: KeyPair,
  terms: CertificateTerms,
): Promise<boolean> {
  const initrd = wrapCertificateAuthority(authority.certificate);
  const { authorityInitrd } = sitePaths(site);
  if (!(await host.readFile(authorityInitrd))?.equals(initrd)) await host.writeFile(authorityInitrd, initrd);
  if (await isCertified(host, site, authority, terms)) return false;
  const files = certificateFiles(site, terms);
  const issued = await issueCertificate(authority, terms);
  await host.writeFile(files.key, issued.key, 0o640);
  await host.writeFile(files.certificate, issued.certificate);
  return true;
}

/** Whether the certificate is there, by that authority, and the initrd that goes with it. */
export async function isCertified(
  host: Host,
  site: Site,
  authority: KeyPair,
  terms: CertificateTerms,
): Promise<boolean> {
  const files = certificateFiles(site, terms);
  const [certificate, key, initrd] = await Promise.all(
    [files.certificate, files.key, sitePaths(site).authorityInitrd].map((path) => host.readFile(path)),
  );
  if (!certificate || !key || !initrd?.equals(wrapCertificateAuthority(authority.certificate))) return false;
  return holds({ certificate: certificate.toString(), key: key.toString() }, authority, terms);
}

/** Removes the certificates of earlier terms, once nothing uses them. */
export async function removeOutdated(host: Host, site: Site, terms: CertificateTerms | undefined): Promise<void> {
  const kept = terms ? Object.values(certificateFiles(site, terms)) : [];
  const { certificates } = sitePaths(site);
  for (const name of await host.list(certificates))
    if (!kept.includes(`${certificates}/${name}`)) await host.remove(`${certificates}/${name}`);
}
