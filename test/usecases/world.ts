import { apiMethods } from "../../src/api/methods.js";
import type { GateReason } from "../../src/compliance/reasons.js";
import type { CordonClient } from "../../src/transport/client/client.js";
import type { Engine } from "../../src/usecases/engine.js";
import type { FilingOptions } from "../../src/usecases/filing/desk.js";
import { type IdentifyRequest, identify } from "../../src/usecases/identify.js";
import { lawfulQuery, makeLawful } from "../e2e/harness.js";
import { directClient } from "./direct-client.js";
import { administrator, makeEngine, START_MS, serverFacts, type TestEngine } from "./engine.js";
import { modelPack, oneVector } from "./spies.js";

/** An engine in which all is right for a query, and a client of its API. */
export interface World extends TestEngine {
  readonly client: CordonClient;
  /** The reasons for which the lawful query is refused now; empty when it is answered. */
  reasons(change?: Partial<IdentifyRequest>, engine?: Engine): Promise<readonly GateReason[]>;
}

export async function makeWorld(filing: Partial<FilingOptions> = {}): Promise<World> {
  const test = await makeEngine(filing);
  const client = directClient(apiMethods(test.engine, serverFacts), administrator);
  await makeLawful(client, START_MS);
  return {
    ...test,
    client,
    async reasons(change = {}, engine = test.engine) {
      const request = { ...query, ...change };
      const signal = new AbortController().signal;
      const outcome = await identify(engine, request, administrator, signal);
      return outcome.refused ? outcome.refusal.violations.map(({ reason }) => reason) : [];
    },
  };
}

const query: IdentifyRequest = {
  ...lawfulQuery,
  purpose: "PUBLIC_SAFETY",
  cameraFix: null,
  probe: { kind: "embedding", modelPack, values: [...oneVector()] },
  captureTimeMs: null,
  topK: 1,
  threshold: null,
};
