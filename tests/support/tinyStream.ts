import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A key made for one test run. */
export interface TestKey {
  readonly publicKey: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface KeyOptions {
  readonly madeBeforeSeconds?: number;
  readonly validForSeconds?: number;
  readonly revoked?: boolean;
}

export async function testKey({ madeBeforeSeconds = 0, validForSeconds, revoked }: KeyOptions = {}): Promise<TestKey> {
  const openpgp = await import("openpgp");
  const date = new Date(Date.now() - madeBeforeSeconds * 1000);
  const { privateKey, publicKey, revocationCertificate } = await openpgp.generateKey({
    userIDs: [{ name: "test", email: "test@example.org" }],
    format: "object",
    date,
    keyExpirationTime: validForSeconds,
  });
  const given = revoked
    ? (await openpgp.revokeKey({ key: publicKey, revocationCertificate, format: "object" })).publicKey
    : publicKey;
  return {
    publicKey: given.armor(),
    sign: async (binary) =>
      openpgp.sign({
        message: await openpgp.createMessage({ binary }),
        signingKeys: privateKey,
        detached: true,
        format: "binary",
        date: madeBeforeSeconds ? date : undefined,
      }) as Promise<Uint8Array>,
  };
}

/** Publishes a release of a few bytes in the form of a genuine stream; the arguments of a FcosRelease that follows it. */
export async function tinyStream(directory: string, version: string, key: TestKey) {
  await mkdir(directory, { recursive: true });
  const publish = async (kind: string) => {
    const path = join(directory, `fedora-coreos-${version}-live-${kind}.x86_64`);
    const bytes = Buffer.from(`${kind} of ${version}\n`);
    await writeFile(path, bytes);
    await writeFile(`${path}.sig`, await key.sign(bytes));
    const location = pathToFileURL(path).href;
    return { location, signature: `${location}.sig`, sha256: createHash("sha256").update(bytes).digest("hex") };
  };
  const pxe = {
    kernel: await publish("kernel"),
    initramfs: await publish("initramfs"),
    rootfs: await publish("rootfs"),
  };
  const artifacts = { metal: { release: version, formats: { pxe } } };
  const metadata = join(directory, `${version}.json`);
  await writeFile(metadata, JSON.stringify({ stream: "stable", architectures: { x86_64: { artifacts } } }));
  return { pxe, args: { metadataUrl: pathToFileURL(metadata).href, trustedKeys: [key.publicKey] } };
}
