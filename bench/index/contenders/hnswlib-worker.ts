import { parentPort, workerData } from "node:worker_threads";
import { requirePeer } from "../../peers-folder.js";
import { openRows, rowsOf } from "../rows-file.js";
import type { HnswlibReply, HnswlibRequest, HnswlibSetup } from "./hnswlib-messages.js";

/** What the bench uses of hnswlib-node. */
interface Graph {
  initIndex(max: number, m: number, efConstruction: number, seed: number): void;
  addPoint(vector: number[], label: number): void;
  setEf(ef: number): void;
  searchKnn(vector: number[], k: number): { neighbors: number[]; distances: number[] };
  writeIndexSync(path: string): void;
  readIndexSync(path: string): void;
}
interface Library {
  readonly HierarchicalNSW: new (space: "ip", dimension: number) => Graph;
}

const port = parentPort;
if (port === null) throw new Error("this module runs as a worker thread");
const setup: HnswlibSetup = workerData;
const { dimension } = setup;
const { HierarchicalNSW } = requirePeer("hnswlib-node") as Library;
const graph = new HierarchicalNSW("ip", dimension);
const nothing: HnswlibReply = { rows: [], distances: [], answered: 0 };
let firstRow = 0;

// Plain arrays are what the library takes; making them beforehand is to its favour.
const file = openRows(setup.probesFile, setup.probes, dimension);
const probes = rowsOf(file.read(0, setup.probes), dimension).map((row) => Array.from(row));
file.close();

port.on("message", (request: HnswlibRequest) => port.postMessage(answer(request)));
port.postMessage(nothing);

function answer(request: HnswlibRequest): HnswlibReply {
  switch (request.do) {
    case "build":
      build(request.from, request.count);
      return nothing;
    case "save":
      graph.writeIndexSync(request.path);
      return nothing;
    case "load":
      graph.readIndexSync(request.path);
      return nothing;
    case "ef":
      graph.setEf(request.ef);
      return nothing;
    case "nearest":
      return nearest(request.numbers);
    case "saturate":
      return { ...nothing, answered: saturate(request.seconds) };
  }
}

function build(from: number, count: number): void {
  firstRow = from;
  graph.initIndex(Math.max(1, count), setup.m, setup.efConstruction, 100);
  const rows = openRows(setup.galleryFile, setup.persons, dimension);
  const step = 4_096;
  for (let row = 0; row < count; row += step) {
    const values = rows.read(from + row, Math.min(step, count - row));
    for (const [at, vector] of rowsOf(values, dimension).entries()) {
      graph.addPoint(Array.from(vector), row + at);
    }
  }
  rows.close();
}

function nearest(numbers: readonly number[]): HnswlibReply {
  const rows: number[] = [];
  const distances: number[] = [];
  for (const number of numbers) {
    const { neighbors, distances: far } = graph.searchKnn(probes[number] ?? [], setup.k);
    rows.push(neighbors[0] === undefined ? -1 : neighbors[0] + firstRow);
    distances.push(far[0] ?? Number.POSITIVE_INFINITY);
  }
  return { rows, distances, answered: numbers.length };
}

function saturate(seconds: number): number {
  const ends = performance.now() + seconds * 1_000;
  let answered = 0;
  for (; performance.now() < ends; answered++) {
    graph.searchKnn(probes[answered % probes.length] ?? [], setup.k);
  }
  return answered;
}
