import { LinearSlab } from "./kernel/linear-slab.js";
import { loadNative, type NativeScan } from "./kernel/native.js";
import { NativeSlab } from "./kernel/native-slab.js";
import type { KernelName, Slab } from "./kernel/pages.js";
import { createScalarKernel } from "./kernel/scalar-kernel.js";
import { createRelaxedKernel, createScanKernel } from "./kernel/scan-kernel.js";
import { faultOf } from "./kernel/self-test.js";

export { queriesPerScan, rowsPerPage, type Slab } from "./kernel/pages.js";

/** Kernels of this machine and build, the fastest first; and why others cannot be had. */
export interface Kernels {
  readonly names: readonly KernelName[];
  readonly passedOver: readonly string[];
}

/** What of native code and WebAssembly there is here. */
export function availableKernels(): Kernels {
  const { names, passedOver } = candidates();
  return { names: [...names], passedOver };
}

/** Kernels to be tried in turn. */
interface Candidates {
  readonly names: Iterable<KernelName>;
  readonly passedOver: readonly string[];
}

function candidates(): Candidates {
  const { native, why } = nativeKernels();
  return { names: kernelsBySpeed(native), passedOver: why };
}

function only(kernel: KernelName): Candidates {
  return { names: [kernel], passedOver: [] };
}

/** The fastest first. WebAssembly is asked for, and compiled, only by who gets that far. */
function* kernelsBySpeed(native: readonly KernelName[]): Generator<KernelName> {
  // Without instructions of its own native code is no faster than WebAssembly.
  yield* native.filter((name) => name !== "native-scalar");
  if (createRelaxedKernel() !== null) yield "relaxed-simd";
  if (createScanKernel().name === "simd") yield "simd";
  yield* native.filter((name) => name === "native-scalar");
  yield "scalar";
}

/**
 * An empty slab for vectors of this length, scanned by the fastest kernel that answers rightly:
 * each is asked about some hundred rows first, and what fails is not used.
 * @param kernel to have that one whatever is faster, for tests and measurements
 * @throws Error when no kernel, or not the one asked for, answers rightly
 */
export function createSlab(dimension: number, kernel?: KernelName): Slab {
  const { names, passedOver } = kernel === undefined ? candidates() : only(kernel);
  const faults = [...passedOver];
  for (const name of names) {
    const fault = testOnce(name);
    if (fault === null) return openSlab(dimension, name, faults);
    faults.push(`${name}: ${fault}`);
  }
  throw new Error(`no kernel can scan: ${faults.join("; ")}`);
}

/** What the self-test found, by kernel: once in each thread. */
const tested = new Map<KernelName, string | null>();

function testOnce(name: KernelName): string | null {
  let fault = tested.get(name);
  if (fault === undefined) {
    fault = faultOf((dimension) => openSlab(dimension, name, []));
    tested.set(name, fault);
  }
  return fault;
}

function openSlab(dimension: number, name: KernelName, passedOver: readonly string[]): Slab {
  if (name === "scalar") return new LinearSlab(dimension, createScalarKernel(), passedOver);
  if (name === "simd") return new LinearSlab(dimension, createScanKernel(), passedOver);
  if (name === "relaxed-simd") {
    const kernel = createRelaxedKernel();
    if (kernel === null) throw new Error("this runtime has no relaxed SIMD");
    return new LinearSlab(dimension, kernel, passedOver);
  }
  const loaded = loadNative();
  if ("why" in loaded) throw new Error(loaded.why);
  return new NativeSlab(loaded.scan, dimension, name, passedOver);
}

function nativeKernels(): { native: readonly KernelName[]; why: readonly string[] } {
  const loaded = loadNative();
  if ("why" in loaded) return { native: [], why: [loaded.why] };
  return { native: namesOf(loaded.scan), why: [] };
}

function namesOf(native: NativeScan): readonly KernelName[] {
  return native.kernels() as readonly KernelName[];
}
