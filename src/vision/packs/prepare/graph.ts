import {
  elementType,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  onnxMessage,
  toNumber,
} from "./onnx-file.js";

/** @throws Error when the graph has no constant of this name */
export function findInitializer(graph: OnnxGraph, name: string): OnnxTensor {
  const tensor = graph.initializer.find((t) => t.name === name);
  if (tensor === undefined) throw new Error(`the graph has no constant "${name}"`);
  return tensor;
}

/** The node that makes a tensor. @throws Error when none does */
export function makerOf(graph: OnnxGraph, tensor: string): OnnxNode {
  const node = graph.node.find((n) => n.output.includes(tensor));
  if (node === undefined) throw new Error(`no node makes the tensor "${tensor}"`);
  return node;
}

export function readersOf(graph: OnnxGraph, tensor: string): OnnxNode[] {
  return graph.node.filter((node) => node.input.includes(tensor));
}

export function shapeOf(tensor: OnnxTensor): number[] {
  return tensor.dims.map(toNumber);
}

/** Values of a float32 constant. @throws Error when it is of another type, or of wrong length */
export function floatValues(tensor: OnnxTensor): Float32Array {
  if (tensor.data_type !== elementType.float) throw new Error(`"${tensor.name}" is not float32`);
  const values =
    tensor.float_data.length > 0 ? Float32Array.from(tensor.float_data) : rawFloats(tensor);
  const count = shapeOf(tensor).reduce((product, size) => product * size, 1);
  if (values.length !== count) throw new Error(`"${tensor.name}" has the wrong number of values`);
  return values;
}

function rawFloats(tensor: OnnxTensor): Float32Array {
  const { buffer, byteOffset, byteLength } = tensor.raw_data;
  const view = new DataView(buffer, byteOffset, byteLength);
  return Float32Array.from({ length: byteLength >>> 2 }, (_, i) => view.getFloat32(i * 4, true));
}

/** Values of an int64 constant. @throws Error when it is of another type */
export function int64Values(tensor: OnnxTensor): number[] {
  if (tensor.data_type !== elementType.int64) throw new Error(`"${tensor.name}" is not int64`);
  if (tensor.int64_data.length > 0) return tensor.int64_data.map(toNumber);
  const { buffer, byteOffset, byteLength } = tensor.raw_data;
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: byteLength >>> 3 }, (_, i) => Number(view.getBigInt64(i * 8, true)));
}

export function setInt64Values(tensor: OnnxTensor, values: readonly number[]): void {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setBigInt64(i * 8, BigInt(value), true);
  setRaw(tensor, [values.length], bytes);
}

/** @param shape its product is the number of values */
export function setFloatValues(
  tensor: OnnxTensor,
  shape: readonly number[],
  values: Float32Array,
): void {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat32(i * 4, value, true);
  setRaw(tensor, shape, bytes);
}

function setRaw(tensor: OnnxTensor, shape: readonly number[], bytes: Uint8Array): void {
  tensor.dims = onnxMessage<OnnxTensor>("TensorProto", { dims: shape }).dims;
  tensor.float_data = [];
  tensor.int64_data = [];
  tensor.raw_data = bytes;
}
