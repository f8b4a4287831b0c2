import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import type { CallContext } from "../api/context.js";
import type { ApiMethod } from "../api/method.js";
import type { Config } from "../config/schema.js";
import { failingWith } from "./abort.js";
import type { CallsUnderWay } from "./arrival.js";
import { type Arrivals, createArrivals } from "./arrivals.js";
import { type Interceptor, type MessageStream, type Method, type Next, pipe } from "./call.js";
import { drainStreams, shuttingDown } from "./interceptors/drain.js";
import { type CordonServices, loadServices } from "./proto.js";
import { bidiHandler, serverStreamHandler } from "./stream.js";
import { unaryHandler } from "./unary.js";

export interface GrpcServer {
  /** host:port on which it listens. */
  readonly address: string;
  /**
   * Says NOT_SERVING, takes no further message from streams, and lets calls under way finish for
   * `timeoutMs`. Those that have not by then end with UNAVAILABLE SHUTTING_DOWN, or are cut.
   */
  drain(timeoutMs: number): Promise<void>;
}

/** Streams of one connection beyond this wait in the client. */
const STREAMS_PER_CONNECTION_MAX = 1024;
const KEEPALIVE_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
/** Headers of a call; a larger set is refused by HTTP/2 itself. */
const METADATA_BYTES_MAX = 16 * 1024;
/** How long the statuses of a drain whose time is up may take to leave. */
const CUT_MS_MAX = 500;

/**
 * Starts the gRPC port: every method of the API behind the interceptors, health and reflection.
 * @throws Error when a method of the proto has no handler or one of another kind, or the address
 *   cannot be bound
 */
export async function startGrpcServer(options: {
  readonly config: Config["server"];
  readonly reflection: boolean;
  readonly interceptors: readonly Interceptor[];
  readonly methods: ReadonlyMap<string, ApiMethod>;
}): Promise<GrpcServer> {
  const { config } = options;
  const services = loadServices();
  const server = new Server({
    "grpc.max_receive_message_length": config.message_size_bytes_max,
    "grpc.max_send_message_length": config.message_size_bytes_max,
    "grpc.max_concurrent_streams": STREAMS_PER_CONNECTION_MAX,
    "grpc.max_metadata_size": METADATA_BYTES_MAX,
    "grpc.keepalive_time_ms": KEEPALIVE_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
  });
  const draining = new AbortController();
  // Every open stream listens.
  setMaxListeners(0, draining.signal);
  const interceptors = [...options.interceptors, drainStreams(draining.signal)];
  const underWay: CallsUnderWay = new Set();
  const arrivals = createArrivals(config.stream_bytes_max);
  const handlerOf = handlers(underWay, arrivals);
  const names = addMethods(server, services, options.methods, interceptors, handlerOf);
  const health = new HealthImplementation(servingMap(names, "SERVING"));
  health.addToServer(server as never);
  if (options.reflection) new ReflectionService(services.packageDefinition).addToServer(server);
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  const port = await bind(server, `${host}:${config.port}`, credentials(config));
  return {
    address: `${host}:${port}`,
    async drain(timeoutMs) {
      for (const name of ["", ...names]) health.setStatus(name, "NOT_SERVING");
      draining.abort();
      await shutDown(server, timeoutMs, () => {
        for (const call of underWay) call.abort(shuttingDown());
      });
    },
  };
}

function addMethods(
  server: Server,
  services: CordonServices,
  methods: ReadonlyMap<string, ApiMethod>,
  interceptors: readonly Interceptor[],
  handlerOf: HandlerOf,
): string[] {
  const names: string[] = [];
  const { packageDefinition, ...definitions } = services;
  for (const definition of Object.values(definitions) as ServiceDefinition[]) {
    const handlers: Record<string, UntypedHandleCall> = {};
    for (const [name, wire] of Object.entries(definition)) {
      const [, fullService = "", rpc = ""] = wire.path.split("/");
      const key = `${fullService.slice(fullService.lastIndexOf(".") + 1)}/${rpc}`;
      const method = methods.get(key);
      if (method === undefined) throw new Error(`no handler for ${wire.path}`);
      if (method.kind !== kindOf(wire)) throw new Error(`${wire.path} is no ${method.kind} method`);
      const next = pipe(interceptors, run(method));
      handlers[name] = handlerOf({ name: key, ...method }, next);
      if (!names.includes(fullService)) names.push(fullService);
    }
    server.addService(definition, handlers);
  }
  return names;
}

type Wire = Pick<ServiceDefinition[string], "requestStream" | "responseStream">;

function kindOf({ requestStream, responseStream }: Wire): string {
  if (requestStream) return responseStream ? "bidi" : "client-stream";
  return responseStream ? "server-stream" : "unary";
}

type HandlerOf = (method: Method, next: Next) => UntypedHandleCall;

function handlers(underWay: CallsUnderWay, arrivals: Arrivals): HandlerOf {
  return (method, next) => {
    if (method.kind === "unary") return unaryHandler(method, next, underWay);
    if (method.kind === "bidi") return bidiHandler(method, next, underWay, arrivals);
    return serverStreamHandler(method, next, underWay);
  };
}

/** The end of the pipe: the handler itself, and what it answers on its way out. */
function run(method: ApiMethod): Next {
  return async (call) => {
    const { caller, signal, stream } = call;
    if (caller === null) throw new Error("a call reached its handler without a caller");
    const context: CallContext = { caller, signal };
    if (method.kind === "unary") return method.handle(call.request, context);
    if (stream === null) throw new Error("a streaming call came without its stream");
    const answers =
      method.kind === "bidi"
        ? method.handle(failingWith(stream.requests, signal), context)
        : method.handle(call.request, context);
    return sendAll(answers, stream, signal);
  };
}

/** When the call ends early, the sending fails, and that returns the handler's iterator. */
async function sendAll(
  answers: AsyncIterable<unknown>,
  stream: MessageStream,
  signal: AbortSignal,
) {
  for await (const answer of failingWith(answers, signal)) await stream.send(answer);
  await stream.flush();
}

function servingMap(names: readonly string[], status: "SERVING" | "NOT_SERVING") {
  return Object.fromEntries(["", ...names].map((name) => [name, status]));
}

function credentials(config: Config["server"]): ServerCredentials {
  if (config.tls_cert_file === "") return ServerCredentials.createInsecure();
  const clientCa = config.tls_client_ca_file;
  return ServerCredentials.createSsl(
    clientCa === "" ? null : readFileSync(clientCa),
    [
      {
        cert_chain: readFileSync(config.tls_cert_file),
        private_key: readFileSync(config.tls_key_file),
      },
    ],
    clientCa !== "",
  );
}

function bind(server: Server, address: string, creds: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, creds, (error, port) => {
      if (error === null) return resolve(port);
      const next = "Is a server running already? Else set server.port (CORDON_PORT).";
      reject(new Error(`The gRPC port cannot listen on ${address}: ${error.message}. ${next}`));
    });
  });
}

/** `tryShutdown` waits for open health watches for ever, so it gets a deadline. */
function shutDown(server: Server, timeoutMs: number, endCalls: () => void): Promise<void> {
  return new Promise((resolve) => {
    const force = () => {
      server.forceShutdown();
      resolve();
    };
    let timer = setTimeout(() => {
      endCalls();
      timer = setTimeout(force, CUT_MS_MAX);
    }, timeoutMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
