import "./no-telemetry.js";

import { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { CordonError } from "../base/errors.js";

// What the runtime would print to the terminal as an error it also throws.
env.logLevel = "fatal";

/** ONNX Runtime's names of what can run a model. */
export const executionProviders = ["cpu", "cuda", "tensorrt", "dml", "coreml", "webgpu"] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

/** Runs one model: named input to named outputs. Blocks its thread while it runs. */
export interface Session {
  run(
    input: string,
    values: Float32Array,
    shape: readonly number[],
  ): Promise<Readonly<Record<string, OutputTensor>>>;
  close(): Promise<void>;
}

export interface OutputTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Providers that this build of the runtime names; one may still lack its libraries or hardware. */
function knownProviders(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

/** Providers whose libraries came with the runtime; their hardware may still be missing. */
export function availableProviders(): string[] {
  return listSupportedBackends()
    .filter(({ bundled }) => bundled)
    .map(({ name }) => name);
}

function providerError(provider: ExecutionProvider, cause?: unknown): CordonError {
  const detail = cause instanceof Error ? ` (${cause.message.trim()})` : "";
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "EXECUTION_PROVIDER_UNAVAILABLE",
    message:
      `The execution provider "${provider}" was asked for and cannot run here${detail}. ` +
      `Available with this ONNX Runtime: ${availableProviders().join(", ")}. ` +
      'Install what it needs, or choose another; "cpu" always works.',
    cause,
  });
}

/**
 * Opens a model for exactly one execution provider. The runtime is never given a second one to
 * fall back to, so what was asked for is what runs, or this throws.
 *
 * @throws CordonError FAILED_PRECONDITION, EXECUTION_PROVIDER_UNAVAILABLE or MODEL_UNREADABLE
 */
export async function openSession(path: string, provider: ExecutionProvider): Promise<Session> {
  if (!knownProviders().includes(provider)) throw providerError(provider);
  const session = await createSession(path, provider);
  return {
    async run(input, values, shape) {
      const tensor = new Tensor("float32", values, shape);
      const outputs = await session.run({ [input]: tensor });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data, dims }]) => {
          if (!(data instanceof Float32Array)) throw new Error(`output ${name} is not float32`);
          return [name, { shape: dims, values: data }];
        }),
      );
    },
    close: () => session.release(),
  };
}

async function createSession(path: string, provider: ExecutionProvider): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: [provider],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      logSeverityLevel: 3,
    });
  } catch (cause) {
    if (provider !== "cpu") throw providerError(provider, cause);
    throw new CordonError({
      status: "FAILED_PRECONDITION",
      reason: "MODEL_UNREADABLE",
      message: `The model ${path} cannot be loaded. Prepare the model pack again.`,
      cause,
    });
  }
}

/** The named output, or a bug in the manifest said plainly. */
export function outputNamed(
  outputs: Readonly<Record<string, OutputTensor>>,
  name: string,
): OutputTensor {
  const output = outputs[name];
  if (output === undefined) {
    throw new Error(`the model has no output "${name}", only ${Object.keys(outputs).join(", ")}`);
  }
  return output;
}
