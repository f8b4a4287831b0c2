/** Small helpers of the set-up for files and hashes. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** SHA-256 of texts and buffers, told apart by their lengths; hexadecimal. */
export function hash(parts) {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(`${part.length}\n`).update(part);
  return sum.digest("hex");
}

/** Paths and contents, alternating. */
export function contentOf(paths) {
  return paths.flatMap((path) => [path, readFileSync(path)]);
}

/** Every file at or under a path, in order; none when there is no such path. */
export function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

/** The value in a JSON file; null when it is missing or broken. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

export function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
