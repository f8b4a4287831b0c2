import protobuf from "protobufjs";
import { onnxSchema } from "./onnx-schema.js";

/** 64-bit integers as protobufjs gives them; those of a graph are small or sentinels. */
export interface Int64 {
  toNumber(): number;
}

export interface OnnxTensor {
  name: string;
  dims: (Int64 | number)[];
  data_type: number;
  raw_data: Uint8Array;
  float_data: number[];
  int64_data: (Int64 | number)[];
  external_data: unknown[];
}

export interface OnnxAttribute {
  name: string;
  type: number;
  i?: Int64 | number;
  f?: number;
  ints: (Int64 | number)[];
  t?: OnnxTensor;
}

export interface OnnxNode {
  name: string;
  op_type: string;
  domain: string;
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
}

export interface OnnxDimension {
  dim_value?: Int64 | number;
  dim_param?: string;
}

export interface OnnxValueInfo {
  name: string;
  type: { tensor_type: { elem_type: number; shape: { dim: OnnxDimension[] } } };
}

export interface OnnxGraph {
  name: string;
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValueInfo[];
  output: OnnxValueInfo[];
  value_info: OnnxValueInfo[];
}

/** A model file in memory: the fields that rewrites use; all others travel along untouched. */
export interface OnnxModel {
  ir_version: Int64 | number;
  graph: OnnxGraph;
}

/** Constants of TensorProto.DataType. */
export const elementType = { float: 1, int64: 7 } as const;

const root = protobuf.parse(onnxSchema, { keepCase: true }).root.resolveAll();
const modelType = root.lookupType("onnx.ModelProto");

/**
 * Reads an ONNX file.
 * @throws Error when the bytes are no ONNX model, or hold a field this reader does not declare:
 *   writing the model again would lose it
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  let model: OnnxModel;
  try {
    refuseUnknownFields(protobuf.Reader.create(bytes), modelType, bytes.length);
    model = modelType.decode(bytes) as unknown as OnnxModel;
  } catch (thrown) {
    throw new Error(`not a readable ONNX model: ${(thrown as Error).message}`, { cause: thrown });
  }
  if (!Array.isArray(model.graph?.node) || model.graph.node.length === 0) {
    throw new Error("not a readable ONNX model: it has no graph");
  }
  return model;
}

/** Fields of a graph that a signature leaves out: the weights are most of a file. */
const bulk = ["node", "initializer", "sparse_initializer", "value_info", "doc_string"];

const signatureType = (() => {
  const signature = protobuf.parse(onnxSchema, { keepCase: true }).root;
  const graph = signature.lookupType("onnx.GraphProto");
  for (const name of bulk) {
    const field = graph.fields[name];
    if (field !== undefined) graph.remove(field);
  }
  return signature.resolveAll().lookupType("onnx.ModelProto");
})();

/** The inputs and outputs of an ONNX file. @throws Error when it is not one */
export function readOnnxSignature(bytes: Uint8Array): Pick<OnnxGraph, "input" | "output"> {
  const model = signatureType.decode(bytes) as unknown as OnnxModel;
  if (!model.graph?.output?.length) throw new Error("not a readable ONNX model: it has no graph");
  return model.graph;
}

/** The bytes of a model; fields in order of their numbers, so that equal models are equal bytes. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  return modelType.encode(model as unknown as protobuf.Message).finish();
}

/**
 * A model from plain objects; fields that are not given stay unset.
 * @throws Error when a field has the wrong type
 */
export function onnxFromObject(plain: Readonly<Record<string, unknown>>): OnnxModel {
  return modelType.fromObject(plain) as unknown as OnnxModel;
}

/** A message of the schema by its short name, for example `TensorProto`, from a plain object. */
export function onnxMessage<T>(type: string, plain: Readonly<Record<string, unknown>>): T {
  return root.lookupType(`onnx.${type}`).fromObject(plain) as unknown as T;
}

export function toNumber(value: Int64 | number): number {
  return typeof value === "number" ? value : value.toNumber();
}

/** Depth of graphs within graphs that is allowed; real files have two or three. */
const depthMax = 32;

function refuseUnknownFields(
  reader: protobuf.Reader,
  type: protobuf.Type,
  end: number,
  depth = 0,
): void {
  if (depth > depthMax) throw new Error(`messages are nested more than ${depthMax} deep`);
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = type.fieldsById[tag >>> 3];
    if (field === undefined) throw new Error(`${type.name} has an unknown field ${tag >>> 3}`);
    if ((tag & 7) === 2 && field.resolvedType instanceof protobuf.Type) {
      const length = reader.uint32();
      refuseUnknownFields(reader, field.resolvedType, reader.pos + length, depth + 1);
    } else {
      reader.skipType(tag & 7);
    }
  }
  if (reader.pos !== end) throw new Error(`${type.name} is cut short`);
}
