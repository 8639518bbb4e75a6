import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's usual report, and the counts in a file for the one line that sums all runs up. */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes = 0, failures = 0 } = runner.stats ?? {};
      writeFileSync(options.reporterOptions.counts, JSON.stringify({ passed: passes, failed: failures }));
    });
  }
}

module.exports = CountingReporter;
