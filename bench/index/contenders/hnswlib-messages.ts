import type { ContenderSetup } from "../protocol.js";

export interface HnswlibSetup extends ContenderSetup {
  readonly m: number;
  readonly efConstruction: number;
}

export type HnswlibRequest =
  | { readonly do: "build"; readonly from: number; readonly count: number }
  | { readonly do: "save"; readonly path: string }
  | { readonly do: "load"; readonly path: string; readonly count: number }
  | { readonly do: "ef"; readonly ef: number }
  | { readonly do: "nearest"; readonly numbers: readonly number[] }
  | { readonly do: "saturate"; readonly seconds: number };

export interface HnswlibReply {
  readonly rows: readonly number[];
  readonly distances: readonly number[];
  readonly answered: number;
}
