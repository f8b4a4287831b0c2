import {
  findInitializer,
  floatValues,
  int64Values,
  makerOf,
  readersOf,
  setFloatValues,
  setInt64Values,
  shapeOf,
} from "./graph.js";
import type { OnnxGraph, OnnxNode, OnnxTensor } from "./onnx-file.js";
import { toNumber } from "./onnx-file.js";
import { singularRows } from "./singular-rows.js";

/**
 * Folds a linear output to its leading singular directions. The output is y = Wx + b, a 1x1
 * convolution and a Reshape; with the left singular vectors U of [W | b], U'y has the inner
 * products of y, and where the singular values have fallen to nothing so have the components.
 * The first `dimension` of them become the output: the same cosines from a shorter vector.
 *
 * @throws Error when the graph does not end so, or has no more than `dimension` channels
 */
export function foldOutput(graph: OnnxGraph, output: string, dimension: number): void {
  const reshape = makerOf(graph, output);
  expectOp(reshape, "Reshape");
  const convolution = makerOf(graph, reshape.input[0] ?? "");
  expectOp(convolution, "Conv");
  if (readersOf(graph, convolution.output[0] ?? "").length !== 1) {
    throw new Error("the convolution before the output is read by something else too");
  }
  const group = convolution.attribute.find(({ name }) => name === "group")?.i ?? 1;
  const weight = soleConstant(graph, convolution.input[1] ?? "");
  const bias = soleConstant(graph, convolution.input[2] ?? "");
  const shape = soleConstant(graph, reshape.input[1] ?? "");
  const [channels = 0, inputs = 0, height, width] = shapeOf(weight);
  if (height !== 1 || width !== 1 || toNumber(group) !== 1) {
    throw new Error(`the convolution that makes "${output}" is not a plain 1x1 one`);
  }
  if (dimension >= channels) throw new Error(`there are only ${channels} channels to fold`);
  if (int64Values(shape).length !== 2) throw new Error(`"${output}" is not [batch, channels]`);

  const rows = joined(floatValues(weight), floatValues(bias), channels, inputs);
  singularRows(rows, channels, inputs + 1);
  const folded = split(rows, dimension, inputs);
  setFloatValues(weight, [dimension, inputs, 1, 1], folded.weight);
  setFloatValues(bias, [dimension], folded.bias);
  setInt64Values(shape, [0, dimension]);
}

function expectOp(node: OnnxNode, op: string): void {
  if (node.op_type !== op) {
    throw new Error(`"${node.output[0]}" is made by ${node.op_type}; folding needs ${op}`);
  }
}

function soleConstant(graph: OnnxGraph, name: string): OnnxTensor {
  if (readersOf(graph, name).length !== 1) throw new Error(`"${name}" is read more than once`);
  return findInitializer(graph, name);
}

/** [W | b], one row per output channel. */
function joined(weight: Float32Array, bias: Float32Array, channels: number, inputs: number) {
  const rows = new Float64Array(channels * (inputs + 1));
  for (let c = 0; c < channels; c++) {
    rows.set(weight.subarray(c * inputs, (c + 1) * inputs), c * (inputs + 1));
    rows[c * (inputs + 1) + inputs] = bias[c] ?? 0;
  }
  return rows;
}

function split(rows: Float64Array, channels: number, inputs: number) {
  const weight = new Float32Array(channels * inputs);
  const bias = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const start = c * (inputs + 1);
    weight.set(rows.subarray(start, start + inputs), c * inputs);
    bias[c] = rows[start + inputs] ?? 0;
  }
  return { weight, bias };
}
