import type { Case } from "./case";
import { type Random, randomFrom } from "./random";

/** Cases with one to three things changed in each, the same for the same seed. */
export function mutated(cases: readonly Case[], seed: number, count: number): Case[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const { tool, name, text } = random.pick(cases.filter((item) => item.text.length < 5000));
    let changed = text;
    for (let round = 0; round <= random.below(3); round++) changed = random.pick(changes)(changed, random);
    return { tool, name: `seed ${seed} mutation ${index} of ${name}`, text: changed };
  });
}

const odd = [
  "null",
  "{}",
  "[]",
  "0",
  "-1",
  "1e9",
  "true",
  '""',
  '"/"',
  '"\\u0000"',
  '"data:,"',
  '"sha256-0"',
  "9007199254740993",
];

const changes: readonly ((text: string, random: Random) => string)[] = [
  // another value
  (text, random) => atToken(text, random, () => random.pick(odd)),
  // the value of another place
  (text, random) => atToken(text, random, () => random.pick(text.match(token) ?? ["1"])),
  // a letter more, less or other
  (text, random) => {
    const at = random.below(text.length + 1);
    return (
      text.slice(0, at) +
      random.pick(['"', "{", "}", ",", ":", "a", "/", "\\", "\n", "ä", "%", " ", ""]) +
      text.slice(at + random.below(2))
    );
  },
  // cut off
  (text, random) => text.slice(0, random.below(text.length + 1)),
  // a line twice, or gone
  (text, random) => {
    const lines = text.split("\n");
    const at = random.below(lines.length);
    lines.splice(at, random.below(2), ...(random.below(2) ? [lines[at]!] : []));
    return lines.join("\n");
  },
  // another spec or variant
  (text, random) =>
    text.replace(/3\.\d\.0/, `3.${random.below(9)}.0`).replace(/version: [\d.]+/, `version: 1.${random.below(9)}.0`),
];

const token = /"(?:[^"\\]|\\.)*"|-?\d+|true|false|null/g;

function atToken(text: string, random: Random, value: () => string): string {
  const tokens = [...text.matchAll(token)];
  if (tokens.length === 0) return text;
  const { index, 0: found } = random.pick(tokens);
  return text.slice(0, index) + value() + text.slice(index + found.length);
}
