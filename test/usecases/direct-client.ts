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

/** Calls a handler with a request that has crossed the wire, and sends its answer back over it. */
export async function callMethod(
  methods: ReadonlyMap<string, ApiMethod>,
  { name, definition }: WireMethod,
  request: object,
  caller: Caller,
): Promise<unknown> {
  const method = methods.get(name);
  if (method === undefined) throw new Error(`no handler for ${name}`);
  if (method.kind !== "unary") throw new Error(`${name} is a stream: call it over a connection`);
  const decoded: unknown = definition.requestDeserialize(definition.requestSerialize(request));
  const signal = new AbortController().signal;
  const answer = await method.handle(decoded, { caller, signal });
  return definition.responseDeserialize(definition.responseSerialize(answer));
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
        const rpc = method.name.slice(method.name.indexOf("/") + 1);
        const call = (request: object) => callMethod(methods, method, request, caller);
        return [rpc.charAt(0).toLowerCase() + rpc.slice(1), call];
      }),
    );
  }
  return client as unknown as CordonClient;
}
