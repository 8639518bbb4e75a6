/** An argument that can't be right, told to the user as a failure of the check. */
export class ReleaseProblem extends Error {
  constructor(
    readonly property: string,
    message: string,
  ) {
    super(message);
  }
}
