import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { artifactUrl, statusOf } from "./artifacts";

const uploadTimeoutMs = 60 * 60_000;

/**
 * Copies artifacts from a server into its S3-compatible bucket, where they aren't there yet: the server's own curl sends them,
 * signed (AWS Signature Version 4) with the keys in this machine's environment, which nothing keeps. Their names are their
 * digests, to which the bucket holds what it gets.
 */
export async function uploadArtifacts(host: Host, site: Site, digests: readonly string[]): Promise<void> {
  if (!site.s3Region) return;
  for (const digest of digests) {
    const url = artifactUrl(site, digest);
    if ((await statusOf(host, url)) === 200) continue;
    const settings = credentials(site);
    const signed = ["--aws-sigv4", `aws:amz:${site.s3Region}:s3`, "--header", `x-amz-content-sha256: ${digest}`];
    const upload = ["--upload-file", sitePaths(site).artifact(digest), url];
    const send = ["curl", "--silent", "--show-error", "--fail-with-body", "--config", "-", ...signed, ...upload];
    const { code, stdout, stderr } = await host.run(send, { stdin: settings, timeoutMs: uploadTimeoutMs });
    const reason = /<Message>([^<]*)/.exec(stdout)?.[1] ?? stdout.trim();
    if (code !== 0) throw new Error(`${host.name}: ${url} was not uploaded: ${stderr.trim()} ${reason}`.trim());
  }
}

/** As lines of a curl configuration, which goes through standard input: arguments can be seen by other users. */
function credentials(site: Site): string {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session } = process.env;
  if (!id || !secret)
    throw new Error(
      `artifacts.s3: to upload to ${site.artifacts}, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where pulumi runs`,
    );
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, "\\$&")}"`;
  const header = session ? `header = ${quoted(`x-amz-security-token: ${session}`)}\n` : "";
  return `user = ${quoted(`${id}:${secret}`)}\n${header}`;
}
