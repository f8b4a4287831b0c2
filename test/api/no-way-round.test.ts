import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Caller } from "../../src/access/access.js";
import { apiMethods } from "../../src/api/methods.js";
import { toCordonError } from "../../src/base/errors.js";
import { rosterId } from "../../src/index/port.js";
import { makeLawful } from "../e2e/harness.js";
import {
  callMethod,
  directClient,
  everyService,
  streamMethod,
  type WireMethod,
} from "../usecases/direct-client.js";
import {
  administrator,
  makeEngine,
  START_MS,
  serverFacts,
  type TestEngine,
} from "../usecases/engine.js";
import { modelPack, oneVector, type Reached } from "../usecases/spies.js";
import { anyRequest, plausibleRequest } from "./requests.js";

/*
 * The gate cannot be gone round. Gate, use cases, store and vault are real here; vision and index
 * are spies that let every permit pass and keep it, because the question is not what they would
 * refuse but whether anything asks them without one.
 */

const REQUESTS_PER_METHOD = 25;
const SEED = 20260601;

let open: TestEngine[] = [];
afterEach(async () => {
  for (const test of open) await test.close();
  open = [];
});

interface World {
  readonly test: TestEngine;
  readonly methods: ReturnType<typeof apiMethods>;
}

/** All is right for a query, and one person is enrolled. */
async function lawfulWorld(): Promise<World> {
  const test = await makeEngine();
  open.push(test);
  const methods = apiMethods(test.engine, { ...serverFacts, dataDir: test.dataDir });
  // Or a watch would last for ever: with this it has one answer.
  test.engine.filing.watchers.end();
  // Nor is any document drawn: each takes seconds.
  Object.assign(test.engine.filing, { rendering: async () => [] });
  const client = directClient(methods, administrator);
  await makeLawful(client, START_MS);
  const values = [...oneVector()];
  await client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    lawfulBasis: { legalProvision: { citation: "Counter-Terrorism Law, Art. 50" } },
    retentionDeadline: { seconds: START_MS / 1000 + 86_400 },
    sources: [{ embedding: { modelPack, values } }],
  });
  test.spies.reached.length = 0;
  return { test, methods };
}

/** Everything that was reached by one request, and how the request ended. */
interface Walked {
  readonly method: string;
  readonly request: { readonly [field: string]: unknown };
  readonly reached: readonly Reached[];
  readonly status: string;
}

/** Calls a method with a plausible request, ones that lack something, and random ones. */
async function walk(world: World, method: WireMethod, caller: Caller): Promise<Walked[]> {
  const { test, methods } = world;
  const full = plausibleRequest(method);
  const random = fc.sample(anyRequest(method), { numRuns: REQUESTS_PER_METHOD, seed: SEED });
  const walked: Walked[] = [];
  for (const request of [full, ...probes(full), ...without(full), {}, ...random]) {
    test.spies.reached.length = 0;
    const status = await ask(methods, method, request, caller);
    const reached = [...test.spies.reached];
    walked.push({ method: method.name, request: { ...request }, reached, status });
  }
  return walked;
}

/** The same request without each of its fields, and without each field of a message in it. */
function without(full: object): readonly object[] {
  return Object.entries(full).flatMap(([name, value]) => {
    const isMessage = typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
    const inner = isMessage && !Array.isArray(value) ? without(value as object) : [];
    return [undefined, ...inner].map((less) => ({ ...full, [name]: less }));
  });
}

/** Makes one call, of a stream with this one message, and tells how it ended. */
async function ask(
  methods: World["methods"],
  method: WireMethod,
  request: object,
  caller: Caller,
): Promise<string> {
  const { requestStream, responseStream } = method.definition;
  try {
    if (!responseStream) {
      const answer = await callMethod(methods, method, request, caller);
      return outcomeOf(answer as Answer) ?? "OK";
    }
    let status = "OK";
    for await (const answer of streamMethod(methods, method, twice(request), caller)) {
      if (requestStream) status = outcomeOf(answer as Answer) ?? status;
    }
    return status;
  } catch (thrown) {
    const { status, cause } = toCordonError(thrown);
    if (status === "INTERNAL") throw new Error(`${method.name} failed`, { cause });
    return status;
  }
}

async function* twice(request: object) {
  yield request;
  yield request;
}

interface Failure {
  readonly status: string;
  readonly message: string;
}

/** Where an answer that ends well may say that something was refused. */
interface Answer {
  readonly refused?: Failure | null;
  readonly results?: readonly { readonly failure?: Failure | null }[];
  /** To several persons of one message. */
  readonly answers?: readonly Answer[];
}

/** How an answer says that something in it was refused; null when it does not. */
function outcomeOf({ refused, results = [], answers = [] }: Answer): string | null {
  const failures = [refused, ...results.map(({ failure }) => failure)];
  failures.push(...answers.map((answer) => answer.refused));
  const found = failures.find((failure) => failure) ?? null;
  if (found?.status === "INTERNAL") throw new Error(`refused: ${found.message}`);
  return found?.status ?? null;
}

/** The same query with each kind of probe: of a oneof, the last field on the wire counts. */
function probes(full: object): readonly object[] {
  if (!("embedding" in full)) return [];
  return [
    { ...full, embedding: undefined },
    { ...full, embedding: undefined, faceChip: undefined },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

/** The queries that a request holds, each with what a stream's settings say for it. */
function queriesOf(request: Fields): readonly Fields[] {
  const { settings = {}, queries = [request] } = request as {
    readonly settings?: Fields;
    readonly queries?: readonly Fields[];
  };
  return queries.map((one) => {
    const query = "tag" in one || "query" in one ? ((one["query"] ?? {}) as Fields) : one;
    const said = Object.entries(query).filter(([, value]) => value);
    return { ...settings, ...Object.fromEntries(said) };
  });
}

/** What a permit is bound to, of a query or of the permit. */
function scopeOf(of: Fields | Reached["permit"]) {
  const { zoneId, cameraId, galleryId, galleryIds = [galleryId] } = { ...of } as Fields;
  return { zoneId, cameraId, galleryIds };
}

async function walkEverything(world: World): Promise<Walked[]> {
  const walked: Walked[] = [];
  for (const service of everyService().values()) {
    for (const method of service) walked.push(...(await walk(world, method, administrator)));
  }
  return walked;
}

interface WithGalleries {
  readonly galleryIds?: unknown;
}

describe("no method of the compiled API goes round the gate", () => {
  it("walks every method that there is a handler for, and no other", async () => {
    const { methods } = await lawfulWorld();
    const names = [...everyService().values()].flat().map(({ name }) => name);
    expect(names.sort()).toEqual([...methods.keys()].sort());
  });

  it("reaches no face where nothing is lawful, whatever is asked in whatever order", async () => {
    const world = await lawfulWorld();
    // An overdue filing blocks everything, whatever a call records about the filing meanwhile.
    const { facts } = world.test.engine;
    facts.setFiling({ overdue: true, policy: "block-all" });
    facts.setFiling = () => undefined;
    const walked = await walkEverything(world);
    expect(walked.filter(({ reached }) => reached.length > 0)).toEqual([]);
    // Not in vain: most of the other calls do what they are for. The rest want another state.
    const done = new Set(walked.filter(({ status }) => status === "OK").map((it) => it.method));
    expect(done.size).toBeGreaterThan(35);
    expect(done).not.toContain("IdentificationService/Identify");
    expect(done).not.toContain("IdentificationService/IdentifyBatch");
    expect(done).not.toContain("EnrolmentService/EnrolPerson");
    expect(done).not.toContain("EnrolmentService/EnrolPersons");
  });

  it("reaches no search on an empty server", async () => {
    const test = await makeEngine();
    open.push(test);
    const world = {
      test,
      methods: apiMethods(test.engine, { ...serverFacts, dataDir: test.dataDir }),
    };
    const services = everyService();
    const walked: Walked[] = [];
    for (const method of services.get("identification") ?? []) {
      walked.push(...(await walk(world, method, administrator)));
    }
    expect(walked.flatMap(({ reached }) => reached)).toEqual([]);
  });

  it("reaches faces only by a query or an enrolment, with a genuine permit of its scope", async () => {
    const walked: Walked[] = [];
    for (const service of everyService().values()) {
      // Each service anew, so that what one changes does not make the next unlawful.
      const world = await lawfulWorld();
      for (const method of service) walked.push(...(await walk(world, method, administrator)));
    }
    const reaching = walked.filter(({ reached }) => reached.length > 0);
    expect(new Set(reaching.map(({ method }) => method))).toEqual(
      new Set([
        "IdentificationService/Identify",
        "IdentificationService/IdentifyBatch",
        "IdentificationService/IdentifyStream",
        "EnrolmentService/EnrolPerson",
        "EnrolmentService/EnrolPersons",
      ]),
    );
    for (const { method, request, reached } of reaching) {
      for (const { what, permit, fault, galleryId } of reached) {
        expect(fault).toBeNull();
        if (method.startsWith("IdentificationService/")) {
          const scopes = queriesOf(request).map(scopeOf);
          expect(scopes).toContainEqual(scopeOf(permit));
          expect(permit).toMatchObject({ act: "identify", purpose: "PUBLIC_SAFETY" });
          if (what === "search") expect([galleryId]).toEqual(permit.galleryIds);
        } else {
          const alone = (request["person"] ?? request) as WithGalleries;
          const several = (request["persons"] ?? []) as readonly WithGalleries[];
          expect(permit.act).toBe("enrol");
          const asked = (several.length > 0 ? several : [alone]).map((one) => one.galleryIds);
          expect(asked).toContainEqual(permit.galleryIds);
          if (what === "search") expect(galleryId).toBe(rosterId);
        }
        expect(permit.expiresAtMs).toBeLessThanOrEqual(START_MS + 30_000);
      }
    }
    const whats = reaching.map((it) => `${it.method} ${it.reached.map(({ what }) => what)}`);
    expect(whats).toContain("IdentificationService/Identify embed,search");
    expect(whats).toContain("IdentificationService/Identify search");
    expect(whats).toContain("EnrolmentService/EnrolPerson embed,search");
    expect(whats.some((it) => it.startsWith("EnrolmentService/EnrolPersons embed"))).toBe(true);
  });
});
