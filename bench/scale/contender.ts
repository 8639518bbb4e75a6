/** What is timed, in this order: each row starts from what the row before left. */
export const rows = ["firstPreview", "firstUp", "noop", "one", "all"] as const;
export type Row = (typeof rows)[number];

/** One way to declare a number of machines. */
export interface Contender {
  readonly name: string;
  /** Runs one row's command to its end. */
  run(row: Row): Promise<void>;
  /** Bytes that it keeps about the machines by now. */
  stateBytes(): Promise<number>;
  remove(): Promise<void>;
}

/** What a row changes: no machine's kernel arguments, the first one's, or all. */
export const changedIn = (row: Row) => (row === "one" ? "0" : row === "all" ? "all" : "");
