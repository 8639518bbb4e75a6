const cleanups = new Set<() => Promise<void>>();
let isListening = false;
const signals = { SIGINT: 2, SIGTERM: 15 } as const;

/** Has something undone when this program is interrupted; the returned function takes that back. */
export function whenInterrupted(cleanup: () => Promise<void>): () => void {
  if (!isListening)
    for (const [signal, number] of Object.entries(signals)) process.once(signal, () => void end(128 + number));
  isListening = true;
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

async function end(code: number): Promise<void> {
  console.error("interrupted: taking the lab away");
  await Promise.allSettled([...cleanups].map((cleanup) => cleanup()));
  process.exit(code);
}
