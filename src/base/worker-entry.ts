/**
 * URL of a compiled worker beside the calling module. Workers always run from `dist/`, because
 * Node 20 cannot start them from TypeScript; a test that runs the sources is sent there.
 *
 * @param moduleUrl `import.meta.url` of the caller, in `src/` or `dist/src/`
 * @param file compiled file beside it, for example `worker.js`
 */
export function workerEntry(moduleUrl: string, file: string): URL {
  const beside = new URL(file, moduleUrl);
  if (!moduleUrl.endsWith(".ts")) return beside;
  return new URL(beside.href.replace(/\/src\/(?!.*\/src\/)/, "/dist/src/"));
}
