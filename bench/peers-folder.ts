import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { compiledEntry } from "./compiled-entry.js";

/** The root of the sources, seen from `dist/bench/`, whoever runs. */
const root = new URL("../../", compiledEntry(import.meta.url, "main.js"));

/** What names the peers, and the scripts of those in Python. */
export const peersFolder = fileURLToPath(new URL("bench/peers/", root));

/**
 * Where peers of npm are installed: out of the product's way, and where the set-up, the compiler
 * and Docker do not take them for sources. (npm installs nothing below a node_modules.)
 */
export const installedPeersFolder = fileURLToPath(new URL("bench-output/.peers/", root));

/** Files that say what to install, copied into that folder. */
export const peerManifests = ["package.json", "package-lock.json"] as const;

/** Loads a peer. @throws Error with Node's reason when it is not installed or does not load */
export function requirePeer(name: string): unknown {
  return createRequire(`${installedPeersFolder}package.json`)(name);
}

/** Whether a peer is installed in the version that the sources name. */
export function hasPeer(name: string): boolean {
  if (!existsSync(`${installedPeersFolder}node_modules/${name}/package.json`)) return false;
  const [manifest] = peerManifests;
  const installed = installedPeersFolder + manifest;
  return (
    existsSync(installed) && readFileSync(installed).equals(readFileSync(peersFolder + manifest))
  );
}
