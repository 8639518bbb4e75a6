import type { Wire } from "../../wire";
import { dataUrl } from "../dataUrl";

type Piece = { [key: string]: Wire };

/** What one kind of argument becomes: entries for the lists of an Ignition config. */
export interface Pieces {
  readonly users?: Piece[];
  readonly files?: Piece[];
  readonly directories?: Piece[];
  readonly links?: Piece[];
  readonly units?: Piece[];
  readonly disks?: Piece[];
  readonly raid?: Piece[];
  readonly filesystems?: Piece[];
  readonly ignition?: Piece;
}

/** A text file that is put in place of whatever is there. */
export const textFile = (path: string, contents: string, mode = 0o644): Piece => ({
  path,
  mode,
  overwrite: true,
  contents: { source: dataUrl(contents) },
});

/** Leaves out what is undefined, which plain JSON cannot say. */
export const defined = (value: object): Piece =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Piece;
