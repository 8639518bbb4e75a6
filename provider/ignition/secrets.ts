import { readDataUrl } from "./dataUrl";

/** What must not be shown: the secret values themselves, and whether a whole config is one. */
export interface Secrets {
  readonly values: readonly string[];
  /** A Butane or Ignition text is secret as a whole: no part of what it becomes may be told. */
  readonly whole: boolean;
}

export const masked = "[secret]";

/** The secret values in every form in which they can turn up in a config or a message. */
export function secretsOf(values: readonly string[], sources: readonly unknown[]): Secrets {
  const forms = values.flatMap((value) => {
    const inside = readDataUrl(value)?.toString();
    const decoded = /^[A-Za-z0-9+/\s]+=*\s*$/.test(value) ? Buffer.from(value, "base64").toString() : undefined;
    return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), value.trim(), inside, decoded];
  });
  const known = forms.filter((form): form is string => form !== undefined && form.length > 0);
  // Longest first, so that one secret within another does not leave the rest of the longer one readable.
  const unique = [...new Set(known)].sort((left, right) => right.length - left.length);
  return { values: unique, whole: values.some((value) => sources.includes(value)) };
}

/** A message without the secrets in it; where a whole config is secret, without anything that it quotes. */
export function withoutSecrets(text: string, { values, whole }: Secrets): string {
  const plain = values.reduce((rest, value) => rest.replaceAll(value, masked), text);
  return whole ? plain.replace(/`[^`]*`|"[^"]*"|'[^']*'/g, masked) : plain;
}

export const holdsSecret = (text: string, { values, whole }: Secrets) =>
  whole || values.some((value) => text.includes(value));
