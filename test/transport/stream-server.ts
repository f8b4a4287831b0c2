import type { ServiceDefinition } from "@grpc/grpc-js";
import { vi } from "vitest";
import type { Bidi, ServerStream, Unary } from "../../src/api/context.js";
import { type ApiMethod, bidi, type Named, serverStream, unary } from "../../src/api/method.js";
import { CordonError } from "../../src/base/errors.js";
import { configSchema } from "../../src/config/schema.js";
import { createLogger } from "../../src/telemetry/log.js";
import { createMetrics } from "../../src/telemetry/metrics.js";
import { type CordonClient, createClient } from "../../src/transport/client/client.js";
import { admit } from "../../src/transport/interceptors/admit.js";
import { authenticate } from "../../src/transport/interceptors/authenticate.js";
import { authorise } from "../../src/transport/interceptors/authorise.js";
import { deadline } from "../../src/transport/interceptors/deadline.js";
import { observe } from "../../src/transport/interceptors/observe.js";
import { loadServices } from "../../src/transport/proto.js";
import { type GrpcServer, startGrpcServer } from "../../src/transport/server.js";

/** The messages that the tests send: a request id there and back. */
export interface Sent {
  readonly person: { readonly requestId: string; readonly displayName: string } | null;
}
export interface Answered {
  readonly requestId: string;
}
export interface Exported {
  readonly records: readonly { readonly line: string }[];
}

/** What the methods do; those that are not given are not there. */
export interface Handlers {
  readonly enrolPersons?: Bidi<Sent, Answered>;
  readonly exportRecords?: ServerStream<unknown, Exported>;
  readonly getOperator?: Unary<unknown, object>;
}

export interface StreamServer {
  readonly server: GrpcServer;
  readonly client: CordonClient;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** A value of /metrics; 0 while it is not there. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
}

interface Options {
  readonly streamsMax?: number;
  readonly idleMs?: number;
  readonly role?: "administrator" | "camera" | "inspector";
}

const cleanups: (() => Promise<void> | void)[] = [];

/** To be called after each test. */
export async function stopAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

/** The real server with the interceptors of `main.ts` on a free loopback port, and a client. */
export async function startStreamServer(
  handlers: Handlers,
  options: Options = {},
): Promise<StreamServer> {
  const { streamsMax = 1024, idleMs, role = "administrator" } = options;
  const metrics = createMetrics();
  let draining = false;
  const limits = { defaultMs: 10_000, maxMs: 10_000 };
  const server = await startGrpcServer({
    config: configSchema.parse({ server: { port: 0, message_size_bytes_max: 1 << 20 } }).server,
    reflection: false,
    interceptors: [
      observe(metrics, createLogger("silent")),
      admit({ callsMax: 1024, streamsMax, streamsPerPeerMax: streamsMax }, () => draining),
      authenticate(({ address }) => {
        const cameraId = role === "camera" ? "gate-1" : null;
        return { ok: true, caller: { name: "t", role, cameraId, address } };
      }),
      authorise,
      deadline(idleMs === undefined ? limits : { ...limits, streamIdleMs: idleMs }, {
        nowMs: () => Date.now(),
      }),
    ],
    methods: methodsOf(handlers),
  });
  const client = createClient({ address: server.address });
  cleanups.push(async () => {
    client.close();
    await server.drain(0);
    metrics.stop();
  });
  const drain: GrpcServer["drain"] = (timeoutMs) => {
    draining = true;
    return server.drain(timeoutMs);
  };
  return { server: { ...server, drain }, client, metrics, metric: reader(metrics) };
}

function methodsOf(handlers: Handlers): ReadonlyMap<string, ApiMethod> {
  const methods = new Map(everyMethod().map(notHere));
  const { enrolPersons, exportRecords, getOperator } = handlers;
  const given = [
    enrolPersons && bidi("EnrolmentService/EnrolPersons", "enrol", enrolPersons),
    exportRecords && serverStream("AuditService/ExportRecords", "audit", exportRecords),
    getOperator && unary("ServerService/GetOperator", "read", getOperator),
  ];
  for (const named of given) if (named !== undefined) methods.set(...named);
  return methods;
}

function everyMethod(): ServiceDefinition[string][] {
  const { packageDefinition, ...services } = loadServices();
  return Object.values(services).flatMap((one) => Object.values(one as ServiceDefinition));
}

function notHere({ path, requestStream, responseStream }: ServiceDefinition[string]): Named {
  const name = path.replace(/^\/cordon\.v1\./, "");
  const fail = (): never => {
    throw new CordonError({ status: "NOT_FOUND", reason: "NOT_FOUND", message: name });
  };
  if (requestStream) return bidi(name, "read", fail);
  return responseStream ? serverStream(name, "read", fail) : unary(name, "read", fail);
}

function reader(metrics: StreamServer["metrics"]): StreamServer["metric"] {
  return async (name, labels = {}) => {
    const found = await metrics.registry.getSingleMetric(name)?.get();
    const hits = (found?.values ?? []).filter((value) =>
      Object.entries(labels).every(([key, text]) => String(value.labels[key]) === text),
    );
    return hits.reduce((sum, { value }) => sum + value, 0);
  };
}

/** `person-0`, `person-1` and so on. */
export async function* persons(count: number, displayName = "") {
  for (let i = 0; i < count; i += 1) yield { person: { requestId: `person-${i}`, displayName } };
}

/** A promise and what settles it. */
export function signalled<T = void>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** How an iteration ended: what it gave, and its error, or null. */
export async function drained<T>(
  items: AsyncIterable<T>,
): Promise<{ readonly items: readonly T[]; readonly error: unknown }> {
  const all: T[] = [];
  try {
    for await (const item of items) all.push(item);
    return { items: all, error: null };
  } catch (error) {
    return { items: all, error };
  }
}

/** Answers every message with its request id. */
export async function* echo(requests: AsyncIterable<Sent>): AsyncGenerator<Answered> {
  for await (const { person } of requests) yield { requestId: person?.requestId ?? "" };
}

export async function* lines(count: number, line = "x") {
  for (let i = 0; i < count; i += 1) yield { records: [{ line: `${i} ${line}` }] };
}

/** Waits until something is so; for what no event tells. */
export const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
