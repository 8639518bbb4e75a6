import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type * as Forge from "node-forge";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a server's certificate says: the addresses and names it is for, and the last day that it holds, "2028-11-22". */
export interface CertificateTerms {
  readonly names: readonly string[];
  readonly until: string;
}

/** A machine whose clock was never set asks before it could set it: a day in the past beyond all boards' firmware. */
const from = new Date("2020-01-01T00:00:00Z");
/** The last year that every reader of certificates takes for this century (RFC 5280, 4.1.2.5.1). */
const farAway = new Date("2049-12-31T23:59:59Z");

const yearsValid = 2;
const renewBeforeDays = 30;
const day = 24 * 3600 * 1000;

/** What the certificate should say from now on: what it says, while that is long enough and for the same names. */
export function renewedTerms(
  names: readonly string[],
  before: CertificateTerms | undefined,
  now = new Date(),
): CertificateTerms {
  const isSame = before && JSON.stringify(before.names) === JSON.stringify(names);
  // of a day that is none, nothing is later
  if (isSame && Date.parse(before.until) > now.getTime() + renewBeforeDays * day) return before;
  const until = new Date(now);
  until.setUTCFullYear(now.getUTCFullYear() + yearsValid);
  return { names, until: until.toISOString().slice(0, 10) };
}

/** A certificate authority of its own, which can vouch for servers and nothing else. */
export async function makeAuthority(name: string): Promise<KeyPair> {
  const forge = await library();
  const keys = makeKeys(forge, 3072);
  const certificate = blank(forge, keys.public, name, farAway);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: "basicConstraints", critical: true, cA: true, pathLenConstraint: 0 },
    { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(keys.private, forge.md.sha256.create());
  return { certificate: pem(forge, certificate), key: keys.pem };
}

export async function issueCertificate(authority: KeyPair, { names, until }: CertificateTerms): Promise<KeyPair> {
  const forge = await library();
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const keys = makeKeys(forge, 2048);
  const certificate = blank(forge, keys.public, names[0]!, new Date(`${until}T23:59:59Z`));
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: "basicConstraints", critical: true, cA: false },
    { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames: names.map(alternativeName) },
    { name: "authorityKeyIdentifier", keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create());
  return { certificate: pem(forge, certificate), key: keys.pem };
}

/** Whether a pair is one that {@link issueCertificate} makes of these terms. */
export function holds({ certificate, key }: KeyPair, authority: KeyPair, { names, until }: CertificateTerms): boolean {
  try {
    const leaf = new X509Certificate(certificate);
    const issuer = new X509Certificate(authority.certificate);
    return (
      leaf.verify(issuer.publicKey) &&
      leaf.checkPrivateKey(createPrivateKey(key)) &&
      names.every((name) => (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name)) !== undefined) &&
      new Date(leaf.validTo).toISOString().startsWith(until)
    );
  } catch {
    return false; // half a file, or something else
  }
}

/** Loaded when it is needed: most programs never make a certificate. */
const library = async (): Promise<typeof Forge> => (await import("node-forge")).default;

/** Node makes keys a hundred times as fast as JavaScript does. */
function makeKeys(forge: typeof Forge, bits: number) {
  const pem = generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const { privateKeyFromPem, publicKeyFromPem } = forge.pki;
  return { pem: pem.privateKey, private: privateKeyFromPem(pem.privateKey), public: publicKeyFromPem(pem.publicKey) };
}

function blank(forge: typeof Forge, publicKey: Forge.pki.PublicKey, commonName: string, until: Date) {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = `00${randomBytes(16).toString("hex")}`; // the leading zeros keep it positive
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = until;
  certificate.setSubject([{ name: "commonName", value: commonName }]);
  return certificate;
}

const pem = (forge: typeof Forge, certificate: Forge.pki.Certificate) =>
  forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n");

/** Types of GeneralName (RFC 5280, 4.2.1.6): 7 is an IP address, 2 a DNS name. */
const alternativeName = (name: string) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name });
