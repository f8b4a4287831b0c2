import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { workerEntry } from "../../base/worker-entry.js";
import { type Form, narrowForm, wideForm } from "./form.js";
import { growthUnitsMax, type KernelMemory, type Scan, type ScanKernel } from "./layout.js";
import { createScalarKernel } from "./scalar-kernel.js";

/**
 * The kernel of WebAssembly SIMD, with a memory of its own; the scalar one where Node has no
 * WebAssembly (`--jitless`) or the processor no SIMD for it.
 * @throws Error when the compiled kernel is missing
 */
export function createScanKernel(): ScanKernel {
  return open("simd", "scan.wasm", wideForm) ?? createScalarKernel();
}

/**
 * The kernel of relaxed SIMD, with a memory of its own; null where there is none.
 * @throws Error when the compiled kernel is missing
 */
export function createRelaxedKernel(): ScanKernel | null {
  allowRelaxed();
  return open("relaxed-simd", "relaxed.wasm", narrowForm);
}

/**
 * V8 11.3, that of Node.js 20, has relaxed SIMD as 11.4 has, where it is no longer behind a flag;
 * the flag is read whenever a module is compiled.
 */
function allowRelaxed(): void {
  const isBehindFlag = process.versions.v8.startsWith("11.3.");
  if (isBehindFlag) setFlagsFromString("--experimental-wasm-relaxed-simd");
}

function open(name: ScanKernel["name"], file: string, form: Form): ScanKernel | null {
  if (typeof WebAssembly === "undefined") return null;
  const bytes = readKernel(file);
  if (!WebAssembly.validate(bytes)) return null;
  const native = new WebAssembly.Memory({ initial: 0, maximum: growthUnitsMax });
  const imports = { host: { memory: native } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  const { scan1, scan4 } = exports as { readonly scan1: Scan; readonly scan4: Scan };
  const memory: KernelMemory = {
    get buffer() {
      return native.buffer;
    },
    grow: (units) => void native.grow(units),
  };
  return { name, form, memory, scan1, scan4 };
}

function readKernel(name: string): Uint8Array {
  const file = workerEntry(import.meta.url, name);
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${file.pathname} is missing: run "npm run build"`, { cause });
  }
}
