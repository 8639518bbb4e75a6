/** Runs a command's main function: an expected failure is told in its own words, and ends with exit code 1. */
export function main(command: () => Promise<number>): void {
  command().then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error) => {
      console.error(`error: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
