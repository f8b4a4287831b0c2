import { readFileSync } from "node:fs";
import type { IdentifyRequest } from "../../src/api/generated/cordon/v1/IdentifyRequest.js";
import { openRows, rowsOf } from "../index/rows-file.js";
import type { ClientSetup, Operation } from "./task.js";

/** What queries carry, made before anything is timed. */
export interface Material {
  /** The n-th query of an operation, without the names of zone, camera and gallery. */
  probe(operation: Operation, n: number): Pick<IdentifyRequest, "embedding" | "image">;
}

/** @throws Error when an operation is asked for whose probes the set-up does not name */
export function loadMaterial(setup: ClientSetup): Material {
  const { modelPack } = setup;
  const embeddings = readProbes(setup).map((row) => ({
    embedding: { modelPack, values: Array.from(row) },
  }));
  const frames = setup.frames.map((path) => ({ image: readFileSync(path) }));
  return {
    probe(operation, n) {
      const probes = operation === "frame" ? frames : embeddings;
      const probe = probes[n % probes.length];
      if (probe === undefined) throw new Error(`there is nothing to send for "${operation}"`);
      return probe;
    },
  };
}

function readProbes({ probesFile, probes, dimension }: ClientSetup): Float32Array[] {
  if (probesFile === null) return [];
  const rows = openRows(probesFile, probes, dimension);
  const values = rows.read(0, probes);
  rows.close();
  return rowsOf(values, dimension);
}
