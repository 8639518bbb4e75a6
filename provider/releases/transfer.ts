import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";

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
const dispatcher = new EnvHttpProxyAgent({ headersTimeout: stallMs, bodyTimeout: stallMs });
/** RFC 9110: worth another try. What is not among them stays as it is. */
const passing = [408, 429, 500, 502, 503, 504];

/** Opens a file by its http:, https: or file: URL; proxies are taken from the environment (HTTPS_PROXY, NO_PROXY). */
export async function openTransfer(url: string, offset: number): Promise<Transfer> {
  if (url.startsWith("file:")) return openFile(fileURLToPath(url), offset);
  const headers = { "accept-encoding": "identity", ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
  const response = await fetch(url, { dispatcher, headers });
  if (response.status === 416) return { bytes: none(response), offset, total: offset };
  if (!response.ok) {
    await response.body?.cancel();
    const told = `${url} answered ${response.status} ${response.statusText}`.trim();
    throw passing.includes(response.status) ? new Error(told) : new FinalAnswer(told);
  }
  const begins = response.status === 206 ? rangeStart(response) : 0;
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const total = Number.isNaN(length) ? undefined : begins + length;
  return { bytes: response.body as unknown as AsyncIterable<Uint8Array>, offset: begins, total };
}

async function openFile(path: string, offset: number): Promise<Transfer> {
  const { size } = await stat(path).catch(() => {
    throw new FinalAnswer(`${path} is not there`);
  });
  const start = offset <= size ? offset : 0;
  return { bytes: createReadStream(path, { start, highWaterMark: 1 << 20 }), offset: start, total: size };
}

const rangeStart = (response: Response) =>
  Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? 0);

/** The range begins at the end of the file: all of it is there already. */
function none(response: Response): AsyncIterable<Uint8Array> {
  void response.body?.cancel();
  return Readable.from([]);
}

const askMs = 5_000;

/** How large the file at a URL is; undefined where nobody says so soon. */
export async function sizeAt(url: string): Promise<number | undefined> {
  if (url.startsWith("file:")) return (await stat(fileURLToPath(url)).catch(() => undefined))?.size;
  const headers = { "accept-encoding": "identity" };
  const asked = fetch(url, { dispatcher, method: "HEAD", headers, signal: AbortSignal.timeout(askMs) });
  const response = await asked.catch(() => undefined);
  const length = response?.ok ? Number(response.headers.get("content-length") ?? Number.NaN) : Number.NaN;
  return Number.isNaN(length) ? undefined : length;
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
