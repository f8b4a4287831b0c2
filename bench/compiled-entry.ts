/**
 * A compiled file named from a bench module: Node 20 cannot start workers from TypeScript, so a
 * test that runs the sources is sent to `dist/`.
 *
 * @param moduleUrl `import.meta.url` of the caller, in `bench/` or `dist/bench/`
 * @param file relative to it, for example `worker.js`
 */
export function compiledEntry(moduleUrl: string, file: string): URL {
  const fromSource = moduleUrl.endsWith(".ts");
  const compiled = moduleUrl.replace(/\/bench\/(?!.*\/bench\/)/, "/dist/bench/");
  return new URL(file, fromSource ? compiled : moduleUrl);
}
