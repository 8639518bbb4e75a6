const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Milliseconds in "90s", "10m", "2h" or "7d"; undefined where it is no such duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * units[match[2] as keyof typeof units] * 1000;
}
