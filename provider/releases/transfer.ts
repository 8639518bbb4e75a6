import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { EnvHttpProxyAgent, interceptors, request } from "undici";

/** The bytes of a file from an offset on. */
export interface Transfer {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where they begin: a server that knows no ranges begins at 0. */
  readonly offset: number;
  /** Of the whole file; undefined where the server doesn't say. */
  readonly total?: number;
}

/** The server's last word on this address: asking again will not help, another address may. */
export class FinalAnswer extends Error {}

const stallMs = 30_000;
const patience = { headersTimeout: stallMs, bodyTimeout: stallMs };
const dispatcher = new EnvHttpProxyAgent(patience).compose(interceptors.redirect({ maxRedirections: 10 }));
/** RFC 9110: worth another try. What is not among them stays as it is. */
const passing = [408, 429, 500, 502, 503, 504];

/** Opens a file by its http:, https: or file: URL; proxies are taken from the environment (HTTPS_PROXY, NO_PROXY). */
export async function openTransfer(url: string, offset: number): Promise<Transfer> {
  if (url.startsWith("file:")) return openFile(fileURLToPath(url), offset);
  const headers = { "accept-encoding": "identity", ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
  const { statusCode, headers: answer, body } = await request(url, { dispatcher, headers });
  const textOf = (name: string) => [answer[name]].flat()[0] ?? "";
  if (statusCode === 416) {
    await body.dump();
    return { bytes: Readable.from([]), offset, total: offset }; // it begins at the end: all of it is there already
  }
  if (statusCode >= 300) {
    await body.dump();
    const told = `${url} answered ${statusCode} ${STATUS_CODES[statusCode] ?? ""}`.trim();
    throw passing.includes(statusCode) ? new Error(told) : new FinalAnswer(told);
  }
  const begins = statusCode === 206 ? Number(/^bytes (\d+)-/.exec(textOf("content-range"))?.[1] ?? 0) : 0;
  const length = textOf("content-length");
  return { bytes: body, offset: begins, total: length ? begins + Number(length) : undefined };
}

async function openFile(path: string, offset: number): Promise<Transfer> {
  const { size } = await stat(path).catch(() => {
    throw new FinalAnswer(`${path} is not there`);
  });
  const start = offset <= size ? offset : 0;
  return { bytes: createReadStream(path, { start, highWaterMark: 1 << 20 }), offset: start, total: size };
}

const askMs = 5_000;

/** How large the file at a URL is; undefined where nobody says so soon. */
export async function sizeAt(url: string): Promise<number | undefined> {
  if (url.startsWith("file:")) return (await stat(fileURLToPath(url)).catch(() => undefined))?.size;
  const headers = { "accept-encoding": "identity" };
  const asked = request(url, { dispatcher, method: "HEAD", headers, signal: AbortSignal.timeout(askMs) });
  const response = await asked.catch(() => undefined);
  await response?.body.dump();
  const length = response?.statusCode === 200 ? response.headers["content-length"] : undefined;
  return length === undefined ? undefined : Number(length);
}

const documentLimit = 8 << 20;

/** A small file as a whole: metadata, a signature. */
export async function fetchSmall(url: string, limit = documentLimit): Promise<Buffer> {
  const { bytes } = await openTransfer(url, 0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > limit) throw new FinalAnswer(`${url} is longer than ${limit} bytes: that is not what it should be`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
