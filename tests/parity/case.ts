/** One config, and the tool that is asked about it. */
export interface Case {
  readonly tool: "validate" | "butane";
  readonly name: string;
  readonly text: string;
}
