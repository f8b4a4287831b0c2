import { readFileSync } from "node:fs";
import { workerEntry } from "../../base/worker-entry.js";
import { growthUnitsMax, type KernelMemory, type Scan, type ScanKernel } from "./layout.js";
import { createScalarKernel } from "./scalar-kernel.js";

/**
 * The fastest kernel of this machine, with a memory of its own: WebAssembly SIMD, or the scalar
 * one where Node has no WebAssembly (`--jitless`) or the processor no SIMD for it.
 * @throws Error when the compiled kernel is missing
 */
export function createScanKernel(): ScanKernel {
  if (typeof WebAssembly === "undefined") return createScalarKernel();
  const bytes = readKernel();
  if (!WebAssembly.validate(bytes)) return createScalarKernel();
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
  return { name: "simd", memory, scan1, scan4 };
}

function readKernel(): Uint8Array {
  const file = workerEntry(import.meta.url, "scan.wasm");
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${file.pathname} is missing: run "npm run build"`, { cause });
  }
}
