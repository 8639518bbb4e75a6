const everyMs = 5_000;
const mebibyte = 1 << 20;

/** Says how a long transfer goes: nothing for one that is over soon, else a line now and then, in a terminal as in a log. */
export function transferProgress(what: string, say: (line: string) => void, now: () => number = Date.now) {
  const startedAt = now();
  let saidAt = startedAt;
  let moved = 0;
  return {
    /** `have` of `total` bytes are there; `fresh` of them just came over the network. */
    add(fresh: number, have: number, total: number | undefined): void {
      moved += fresh;
      if (now() - saidAt < everyMs) return;
      saidAt = now();
      const rate = (moved / (saidAt - startedAt)) * 1000;
      const size = (bytes: number) => `${Math.round(bytes / mebibyte)} MiB`;
      const left = total === undefined || rate === 0 ? "" : `, ${duration((total - have) / rate)} left`;
      const of = total === undefined ? "" : ` of ${size(total)} (${Math.floor((have / total) * 100)} %)`;
      say(`${what}: ${size(have)}${of}, ${(rate / mebibyte).toFixed(1)} MiB/s${left}`);
    },
  };
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
