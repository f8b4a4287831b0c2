import type { Rewrite } from "../manifest.js";
import { foldOutput } from "./fold-output.js";
import { findInitializer, int64Values, readersOf, setInt64Values } from "./graph.js";
import {
  elementType,
  type OnnxGraph,
  type OnnxModel,
  type OnnxValueInfo,
  onnxMessage,
} from "./onnx-file.js";

/**
 * Applies rewrites to a model, in order, in place.
 * @throws Error naming the rewrite and the tensor when the graph is not of the form it needs
 */
export function rewriteModel(model: OnnxModel, rewrites: readonly Rewrite[]): void {
  for (const step of rewrites) {
    try {
      applyRewrite(model.graph, step);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Error(`rewrite "${step.rewrite}": ${reason}`, { cause: thrown });
    }
  }
}

function applyRewrite(graph: OnnxGraph, step: Rewrite): void {
  // Shapes of inner tensors are hints that a rewrite may make untrue; the runtime infers them.
  graph.value_info = [];
  switch (step.rewrite) {
    case "cut":
      cut(graph, step.outputs);
      break;
    case "shape":
      declareShape(graph, step.tensor, step.dimensions);
      break;
    case "free-batch":
      freeBatch(graph, step.constant);
      break;
    case "fold-output":
      foldOutput(graph, step.tensor, step.dimension);
      break;
  }
}

interface CutOutput {
  readonly tensor: string;
  readonly name: string;
}

/** Makes inner tensors the outputs, and drops the nodes and weights that only served others. */
function cut(graph: OnnxGraph, outputs: readonly CutOutput[]): void {
  for (const { tensor, name } of outputs) {
    const node = graph.node.find((n) => n.output.includes(tensor));
    if (node === undefined) throw new Error(`no node makes the tensor "${tensor}"`);
    if (name !== tensor) renameTensor(graph, tensor, name);
  }
  const needed = new Set(outputs.map(({ name }) => name));
  graph.node = graph.node
    .toReversed()
    .filter((node) => {
      if (!node.output.some((name) => needed.has(name))) return false;
      for (const name of node.input) needed.add(name);
      return true;
    })
    .reverse();
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
  graph.input = graph.input.filter(({ name }) => needed.has(name));
  const known = new Map(graph.output.map((value) => [value.name, value]));
  graph.output = outputs.map(({ name }) => known.get(name) ?? floatValue(name));
}

function renameTensor(graph: OnnxGraph, from: string, to: string): void {
  const taken = graph.node.some((n) => n.output.includes(to)) || readersOf(graph, to).length > 0;
  if (taken) throw new Error(`the name "${to}" is taken by another tensor`);
  const renamed = (name: string) => (name === from ? to : name);
  for (const node of graph.node) {
    node.input = node.input.map(renamed);
    node.output = node.output.map(renamed);
  }
}

function floatValue(name: string): OnnxValueInfo {
  const tensor_type = { elem_type: elementType.float };
  return onnxMessage("ValueInfoProto", { name, type: { tensor_type } });
}

function declareShape(
  graph: OnnxGraph,
  tensor: string,
  dimensions: readonly (number | string)[],
): void {
  const value = [...graph.input, ...graph.output].find(({ name }) => name === tensor);
  if (value === undefined) throw new Error(`"${tensor}" is neither an input nor an output`);
  value.type.tensor_type.shape = onnxMessage("TensorShapeProto", {
    dim: dimensions.map((d) => (typeof d === "number" ? { dim_value: d } : { dim_param: d })),
  });
}

/** Turns the fixed batch in the shape of a Reshape into "as many as there are" (0 copies it). */
function freeBatch(graph: OnnxGraph, constant: string): void {
  const tensor = findInitializer(graph, constant);
  const shape = int64Values(tensor);
  if (shape[0] !== 1) throw new Error(`"${constant}" is [${shape}], which does not begin with 1`);
  const readers = readersOf(graph, constant);
  if (readers.some((node) => node.op_type !== "Reshape" || node.input[1] !== constant)) {
    throw new Error(`"${constant}" is not only the shape of a Reshape`);
  }
  setInt64Values(tensor, [0, ...shape.slice(1)]);
}
