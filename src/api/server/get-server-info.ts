import { searchMethods } from "../../index/port.js";
import type { Engine } from "../../usecases/engine.js";
import { getServerInfo, type ServerFacts } from "../../usecases/server-info.js";
import type { Unary } from "../context.js";
import type { GetServerInfoRequest__Output } from "../generated/cordon/v1/GetServerInfoRequest.js";
import type { GetServerInfoResponse } from "../generated/cordon/v1/GetServerInfoResponse.js";
import { toTimestamp } from "../mapping.js";

export function getServerInfoRpc(
  engine: Engine,
  facts: ServerFacts,
): Unary<GetServerInfoRequest__Output, GetServerInfoResponse> {
  return async ({ galleries }) => {
    const { vision, index, startedAtMs, ...info } = await getServerInfo(engine, facts, galleries);
    const { modelPack: name, dimension, chipSizePx, weightsLicence } = vision;
    return {
      ...info,
      startTime: toTimestamp(startedAtMs),
      modelPack: { name, dimension, chipSizePx, weightsLicence },
      executionProvider: vision.executionProvider,
      visionWorkers: vision.workers,
      index: {
        driver: facts.indexDriver,
        kernels: [...index.kernels],
        workers: index.workers,
        methods: searchMethods.map((method) => ({ method, ...index.methods[method] })),
        galleries: index.galleries.map(({ methods, reasons, ...gallery }) => {
          return { ...gallery, methods: [...methods], reasons: [...reasons] };
        }),
      },
    };
  };
}
