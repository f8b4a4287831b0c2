import { readFileSync } from "node:fs";
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import type { CallContext } from "../api/context.js";
import type { ApiMethod } from "../api/methods.js";
import type { Config } from "../config/schema.js";
import { type Interceptor, type Next, pipe } from "./call.js";
import { type CordonServices, loadServices } from "./proto.js";
import { unaryHandler } from "./unary.js";

export interface GrpcServer {
  /** host:port on which it listens. */
  readonly address: string;
  /** Says NOT_SERVING, lets calls under way finish for `timeoutMs` at most, then cuts them. */
  drain(timeoutMs: number): Promise<void>;
}

/** Streams of one connection beyond this wait in the client. */
const STREAMS_PER_CONNECTION_MAX = 1024;
const KEEPALIVE_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
/** Headers of a call; a larger set is refused by HTTP/2 itself. */
const METADATA_BYTES_MAX = 16 * 1024;

/**
 * Starts the gRPC port: every method of the API behind the interceptors, health and reflection.
 * @throws Error when a method of the proto has no handler, or the address cannot be bound
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
  const names = addMethods(server, services, options.methods, options.interceptors);
  const health = new HealthImplementation(servingMap(names, "SERVING"));
  health.addToServer(server as never);
  if (options.reflection) new ReflectionService(services.packageDefinition).addToServer(server);
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  const port = await bind(server, `${host}:${config.port}`, credentials(config));
  return {
    address: `${host}:${port}`,
    async drain(timeoutMs) {
      for (const name of ["", ...names]) health.setStatus(name, "NOT_SERVING");
      await shutDown(server, timeoutMs);
    },
  };
}

function addMethods(
  server: Server,
  services: CordonServices,
  methods: ReadonlyMap<string, ApiMethod>,
  interceptors: readonly Interceptor[],
): string[] {
  const names: string[] = [];
  const { packageDefinition, ...definitions } = services;
  for (const definition of Object.values(definitions) as ServiceDefinition[]) {
    const handlers: Record<string, ReturnType<typeof unaryHandler>> = {};
    for (const [name, { path }] of Object.entries(definition)) {
      const [, fullService = "", rpc = ""] = path.split("/");
      const key = `${fullService.slice(fullService.lastIndexOf(".") + 1)}/${rpc}`;
      const method = methods.get(key);
      if (method === undefined) throw new Error(`no handler for ${path}`);
      handlers[name] = unaryHandler(
        { name: key, act: method.act },
        pipe(interceptors, run(method)),
      );
      if (!names.includes(fullService)) names.push(fullService);
    }
    server.addService(definition, handlers);
  }
  return names;
}

/** The end of the pipe: the handler itself. */
function run(method: ApiMethod): Next {
  return (call) => {
    if (call.caller === null) throw new Error("a call reached its handler without a caller");
    const context: CallContext = { caller: call.caller, signal: call.signal };
    return method.handle(call.request, context);
  };
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
function shutDown(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, timeoutMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
