import type { ServiceDefinition } from "@grpc/grpc-js";
import type { Caller } from "../../src/access/access.js";
import type { ApiMethod } from "../../src/api/method.js";
import type { CordonClient } from "../../src/transport/client/client.js";
import { loadServices } from "../../src/transport/proto.js";

/** One method of the compiled API: how it is called, and how its messages cross the wire. */
export interface WireMethod {
  /** For example `ZoneService/CreateZone`. */
  readonly name: string;
  readonly definition: ServiceDefinition[string];
}

/** Every service of the compiled API with its methods, whatever the proto files declare. */
export function everyService(): ReadonlyMap<string, readonly WireMethod[]> {
  const { packageDefinition, ...definitions } = loadServices();
  const services = new Map<string, readonly WireMethod[]>();
  for (const [key, definition] of Object.entries(definitions)) {
    services.set(key, Object.values(definition as ServiceDefinition).map(wireMethod));
  }
  return services;
}

function wireMethod(definition: ServiceDefinition[string]): WireMethod {
  const [, service = "", rpc = ""] = definition.path.split("/");
  return { name: `${service.slice(service.lastIndexOf(".") + 1)}/${rpc}`, definition };
}

/** Calls a unary handler with a request that has crossed the wire, and so does its answer. */
export async function callMethod(
  methods: ReadonlyMap<string, ApiMethod>,
  wire: WireMethod,
  request: object,
  caller: Caller,
): Promise<unknown> {
  const method = methodOf(methods, wire);
  if (method.kind !== "unary") throw new Error(`${wire.name} is a stream`);
  const context = { caller, signal: new AbortController().signal };
  return decodedAnswer(wire, await method.handle(decodedRequest(wire, request), context));
}

/** The same for a streaming handler. Of the requests of a server stream, the first one counts. */
export async function* streamMethod(
  methods: ReadonlyMap<string, ApiMethod>,
  wire: WireMethod,
  requests: AsyncIterable<object>,
  caller: Caller,
): AsyncGenerator<unknown> {
  const method = methodOf(methods, wire);
  const context = { caller, signal: new AbortController().signal };
  const decoded = decodedRequests(wire, requests);
  if (method.kind === "unary") throw new Error(`${wire.name} is no stream`);
  const answers =
    method.kind === "bidi"
      ? method.handle(decoded, context)
      : method.handle((await decoded.next()).value, context);
  for await (const answer of answers) yield decodedAnswer(wire, answer);
}

function methodOf(methods: ReadonlyMap<string, ApiMethod>, { name }: WireMethod): ApiMethod {
  const method = methods.get(name);
  if (method === undefined) throw new Error(`no handler for ${name}`);
  return method;
}

function decodedRequest({ definition }: WireMethod, request: object): unknown {
  return definition.requestDeserialize(definition.requestSerialize(request));
}

async function* decodedRequests(wire: WireMethod, requests: AsyncIterable<object>) {
  for await (const request of requests) yield decodedRequest(wire, request);
}

function decodedAnswer({ definition }: WireMethod, answer: unknown): unknown {
  return definition.responseDeserialize(definition.responseSerialize(answer));
}

async function* one(request: object) {
  yield request;
}

/** A client without a connection: each call is the handler's, over encoded messages. */
export function directClient(
  methods: ReadonlyMap<string, ApiMethod>,
  caller: Caller,
): CordonClient {
  const client: Record<string, unknown> = { close: () => undefined };
  for (const [key, wire] of everyService()) {
    client[key] = Object.fromEntries(
      wire.map((method) => {
        const { requestStream, responseStream } = method.definition;
        const rpc = method.name.slice(method.name.indexOf("/") + 1);
        const call = responseStream
          ? (request: object) => {
              const requests = requestStream ? (request as AsyncIterable<object>) : one(request);
              return streamMethod(methods, method, requests, caller);
            }
          : (request: object) => callMethod(methods, method, request, caller);
        return [rpc.charAt(0).toLowerCase() + rpc.slice(1), call];
      }),
    );
  }
  return client as unknown as CordonClient;
}
