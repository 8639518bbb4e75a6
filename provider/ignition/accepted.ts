/** The bytes of a config, and in base64 those of the large contents that it refers to, by their hex sha256. */
export interface Contents {
  readonly body: string;
  readonly stored: Readonly<Record<string, string>>;
}

/**
 * What `check` has accepted in this process, by the digest of the body. Pulumi asks the same process for everything in a run,
 * and checks before it creates: so states need not hold the bodies, nor the secrets in them.
 */
const accepted = new Map<string, Contents>();

export const accept = (digest: string, contents: Contents) => void accepted.set(digest, contents);

export const acceptedContents = (digest: string): Contents | undefined => accepted.get(digest);
