import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { compiledEntry } from "./compiled-entry.js";

/**
 * The folder of the package that names the peers, beside the sources. Their code is not a part of
 * the product: it is installed there on demand, or not at all.
 */
export function peersFolder(): string {
  // From `dist/bench/peers-folder.js`, whoever runs.
  return fileURLToPath(new URL("../../bench/peers/", compiledEntry(import.meta.url, "main.js")));
}

/** Loads a peer. @throws Error with Node's reason when it is not installed or does not load */
export function requirePeer(name: string): unknown {
  return createRequire(`${peersFolder()}package.json`)(name);
}

export function hasPeer(name: string): boolean {
  return existsSync(`${peersFolder()}node_modules/${name}/package.json`);
}
