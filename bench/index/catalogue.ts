import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compiledEntry } from "../compiled-entry.js";
import { hasPeer, peersFolder } from "../peers-folder.js";
import type { ContenderCommand } from "./contender-handle.js";
import type { IndexOptions } from "./options.js";
import type { ContenderSetup } from "./protocol.js";

/** Something that can be measured. */
export interface Entrant {
  readonly name: string;
  readonly isPeer: boolean;
  /** Which contender of its program. */
  readonly contender: string;
  command(setup: ContenderSetup): ContenderCommand;
}

/** A peer that could not be measured, and what would mend it. */
export interface Missing {
  readonly name: string;
  readonly why: string;
}

/** Peers from npm, with the package that each needs. */
const nodePeers: Readonly<Record<string, string>> = {
  "hnswlib-node-copies": "hnswlib-node",
  "hnswlib-node-shards": "hnswlib-node",
  usearch: "usearch",
  "usearch-bf16": "usearch",
  zvec: "@zvec/zvec",
  lancedb: "@lancedb/lancedb",
};

/** Peers from Debian, with the package that each needs. */
const pythonPeers: Readonly<Record<string, string>> = {
  "python-hnswlib": "python3-hnswlib",
  "faiss-flat": "python3-faiss",
  "faiss-hnsw": "python3-faiss",
  "faiss-ivf": "python3-faiss",
  "faiss-fastscan": "python3-faiss",
};

export const peerNames: readonly string[] = [
  ...Object.keys(nodePeers),
  ...Object.keys(pythonPeers),
];

/** The packages of npm that these peers need. */
export function packagesOf(peers: readonly string[]): string[] {
  return [...new Set(peers.flatMap((name) => nodePeers[name] ?? []))];
}

const CHECK_MS_MAX = 30_000;

/** Everything of the options that can run here, and what cannot. */
export async function findEntrants(
  options: IndexOptions,
): Promise<{ readonly entrants: readonly Entrant[]; readonly missing: readonly Missing[] }> {
  const entrants: Entrant[] = [];
  const missing: Missing[] = [];
  for (const driver of options.drivers) {
    for (const kernel of options.kernels) entrants.push(ownEntrant(driver, kernel, options));
  }
  for (const name of options.peers) {
    const found = name in nodePeers ? findNodePeer(name) : await findPythonPeer(name);
    if ("why" in found) missing.push(found);
    else entrants.push(found);
  }
  return { entrants, missing };
}

/** Cordon's index as one entrant. @param kernel "default" leaves the choice to the index */
export function ownEntrant(
  driver: string,
  kernel: string,
  { roughGraphs = false }: { readonly roughGraphs?: boolean } = {},
): Entrant {
  const env = {
    ...(kernel === "default" ? {} : { CORDON_KERNEL: kernel }),
    ...(roughGraphs ? { CORDON_GRAPHS: "rough" } : {}),
  };
  const name = kernel === "default" ? `cordon ${driver}` : `cordon ${driver}, ${kernel}`;
  return nodeEntrant(name, false, `cordon-${driver}`, env);
}

function nodeEntrant(
  name: string,
  isPeer: boolean,
  contender: string,
  env: Record<string, string>,
): Entrant {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "contender-process.js"));
  return {
    ...{ name, isPeer, contender },
    command: (setup) => ({
      program: process.execPath,
      args: ["--expose-gc", "--max-semi-space-size=64", entry, JSON.stringify(setup)],
      env,
    }),
  };
}

function findNodePeer(name: string): Entrant | Missing {
  const needs = nodePeers[name] ?? name;
  if (!hasPeer(needs)) return { name, why: `${needs} could not be installed (see above)` };
  return nodeEntrant(name, true, name, {});
}

/** The `python3` of the path, or Debian's own, whose packages another one does not see. */
async function findPythonPeer(name: string): Promise<Entrant | Missing> {
  const script = `${peersFolder}python/peer.py`;
  for (const program of ["python3", "/usr/bin/python3"]) {
    try {
      await promisify(execFile)(program, [script, "--check", name], { timeout: CHECK_MS_MAX });
    } catch {
      continue;
    }
    return {
      ...{ name, isPeer: true, contender: name },
      command: (setup) => ({ program, args: [script, JSON.stringify(setup)], env: {} }),
    };
  }
  return { name, why: `not installed: apt-get install ${pythonPeers[name] ?? name}` };
}
