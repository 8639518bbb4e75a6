import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PublishedRelease } from "../../provider/releases/metadata";
import type { TestKey } from "./tinyStream";

/** Answers one request in another way than the server would; false leaves it to the server. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse, content: Buffer) => boolean;

/** An HTTP server of this machine that publishes one signed release, and can be made to fail. */
export async function releaseServer(key: TestKey, bytes = 3 << 20) {
  const files = new Map<string, Buffer>();
  const requests: string[] = [];
  /** Who asked for the files, leaving out their signatures. */
  const agents: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push([path, request.headers.range].filter(Boolean).join(" "));
    if (!path.endsWith(".sig")) agents.push(request.headers["user-agent"] ?? "");
    const content = files.get(path);
    if (content && published.misbehave?.(request, response, content)) return;
    if (!content) return void response.writeHead(404).end();
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start >= content.length) return void response.writeHead(416).end();
    const range = { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": content.length - start,
      ...(start > 0 ? range : {}),
    });
    response.end(content.subarray(start));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const publish = async (kind: string) => {
    const content = randomBytes(bytes);
    files.set(`/${kind}`, content);
    files.set(`/${kind}.sig`, Buffer.from(await key.sign(content)));
    const location = `${base}/${kind}`;
    return { location, signature: `${location}.sig`, sha256: createHash("sha256").update(content).digest("hex") };
  };
  const release: PublishedRelease = {
    ...{ stream: "stable", version: "44.1", architecture: "x86_64" },
    ...{ kernel: await publish("kernel"), initramfs: await publish("initramfs"), rootfs: await publish("rootfs") },
  };
  const published = {
    base,
    release,
    files,
    requests,
    agents,
    misbehave: undefined as Misbehaviour | undefined,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
  return published;
}
