import { readFileSync } from "node:fs";
import { type OnnxValueInfo, readOnnxSignature, toNumber } from "./prepare/onnx-file.js";
import type { FreeInput, SquareInput } from "./sections.js";

/** A tensor that a manifest names: the field that does, and the shape it must fit (null: any). */
export interface ExpectedTensor {
  readonly field: string;
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

export interface ExpectedGraph {
  readonly inputs: readonly ExpectedTensor[];
  readonly outputs: readonly ExpectedTensor[];
}

/** The shape that an input section asks for; the batch comes first and is free. */
export function inputTensor(field: string, input: FreeInput | SquareInput): ExpectedTensor {
  const channels = input.channels === "GREY" ? 1 : 3;
  const size = "sizePx" in input ? input.sizePx : null;
  const shape =
    input.layout === "NCHW" ? [null, channels, size, size] : [null, size, size, channels];
  return { field: `${field}.tensor`, name: input.tensor, shape };
}

/**
 * Compares what a model file says of its inputs and outputs with what the manifest says of it.
 * Only the signature is read, not the weights.
 *
 * @returns what is wrong, one sentence for each; empty when they agree
 * @throws Error when the file is no ONNX model
 */
export function graphFaults(path: string, expected: ExpectedGraph): string[] {
  const { input, output } = readOnnxSignature(readFileSync(path));
  return [
    ...expected.inputs.flatMap((tensor) => tensorFaults(tensor, "input", input)),
    ...expected.outputs.flatMap((tensor) => tensorFaults(tensor, "output", output)),
  ];
}

function tensorFaults(
  { field, name, shape }: ExpectedTensor,
  kind: "input" | "output",
  present: readonly OnnxValueInfo[],
): string[] {
  const value = present.find((one) => one.name === name);
  if (value === undefined) {
    const names = present.map((one) => `"${one.name}"`).join(", ");
    return [`${field}: the file has no ${kind} "${name}"; it has ${names}`];
  }
  const declared = declaredShape(value);
  if (declared === null) return [];
  const text = declared.map((size) => size ?? "any").join(" x ");
  if (declared.length !== shape.length) {
    return [`${field}: the ${kind} "${name}" is ${text}; the engine needs ${shape.length} sizes`];
  }
  if (declared[0] != null) {
    return [
      `${field}: the ${kind} "${name}" is ${text}, a fixed batch; free it with the rewrites ` +
        `"shape" and, where a Reshape fixes it, "free-batch"`,
    ];
  }
  const wrong = shape.some((size, i) => size !== null && (declared[i] ?? size) !== size);
  const fixed = shape.some((size, i) => kind === "input" && size === null && declared[i] != null);
  if (!wrong && !fixed) return [];
  const wanted = shape.map((size) => size ?? "any").join(" x ");
  return [`${field}: the ${kind} "${name}" is ${text}, and the manifest says ${wanted}`];
}

/** Sizes a file declares, null for a free one; null for a tensor of undeclared rank. */
function declaredShape(value: OnnxValueInfo): (number | null)[] | null {
  const dimensions = value.type?.tensor_type?.shape?.dim;
  if (dimensions === undefined || dimensions.length === 0) return null;
  return dimensions.map((d) => {
    const size = Object.hasOwn(d, "dim_value") ? toNumber(d.dim_value ?? 0) : 0;
    return size > 0 ? size : null;
  });
}
