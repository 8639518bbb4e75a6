import { bootSeconds } from "../matrix/boot";
import { rows } from "../matrix/rows";

/** What no other boot test comes by; `npm run test:matrix` has all of it. */
describe("a machine of the lab with", function () {
  this.timeout(400_000);
  for (const row of rows.filter(({ always }) => always)) it(row.name, () => bootSeconds(row).then(() => undefined));
});
