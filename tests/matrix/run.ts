import { main } from "../../tools/main";
import { setUp } from "../../tools/setup";
import { bootSeconds } from "./boot";
import { type Row, rows } from "./rows";

/** Boots a real machine along every row, or those whose names hold an argument's text; `--subset`: those that always run. */
main(async () => {
  await setUp();
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  const isWanted = ({ name, always }: Row) =>
    wanted.length > 0 ? wanted.some((text) => name.includes(text)) : always || !process.argv.includes("--subset");
  let passed = 0;
  let failed = 0;
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const row of rows.filter(isWanted)) {
    try {
      const seconds = await bootSeconds(row);
      console.log(`${row.name.padEnd(width)} ${seconds.toFixed(1).padStart(6)} s`);
      passed++;
    } catch (error) {
      console.log(`${row.name.padEnd(width)} failed: ${(error as Error).message}`);
      failed++;
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
