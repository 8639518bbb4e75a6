/** The middle of an odd number of figures, the mean of the two middle ones of an even number. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The ratio of two series' medians, rounded to hundredths. */
export const ratioOf = (ours: readonly number[], reference: readonly number[]) =>
  Math.round((median(ours) / median(reference)) * 100) / 100;

/** Prints what a bench found: as one JSON object on the last line with `--json`, else in the bench's own words. */
export function conclude(result: object, words: string): void {
  console.log(process.argv.includes("--json") ? JSON.stringify(result) : words);
}

/** Seconds that something takes by the clock. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
