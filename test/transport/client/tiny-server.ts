import type { ServiceDefinition } from "@grpc/grpc-js";
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { toCordonError } from "../../../src/base/errors.js";
import { loadServices } from "../../../src/transport/proto.js";
import { toStatusObject } from "../../../src/transport/status.js";

/** Of a bidirectional stream: takes the requests, and gives the answers as an async iterable. */
export type Handler = (request: never, call: ServerUnaryCall<unknown, unknown>) => unknown;

/** A real gRPC server on a free loopback port, whose methods are what a test says. */
export async function startTinyServer(
  handlers: Readonly<Record<string, Handler>>,
  credentials: ServerCredentials = ServerCredentials.createInsecure(),
) {
  const server = new Server({ "grpc.max_receive_message_length": 1024 * 1024 });
  const { packageDefinition: _, ...services } = loadServices();
  for (const definition of Object.values(services) as ServiceDefinition[]) {
    const mine = Object.keys(definition).filter((name) => handlers[name] !== undefined);
    const implementation = mine.map((name) => {
      const handler = handlers[name] as Handler;
      return [name, definition[name]?.requestStream ? bidi(handler) : unary(handler)];
    });
    if (mine.length > 0) server.addService(definition, Object.fromEntries(implementation));
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

function unary(handler: Handler) {
  return async (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
    try {
      callback(null, await handler(call.request as never, call));
    } catch (thrown) {
      callback(toStatusObject(toCordonError(thrown)));
    }
  };
}

function bidi(handler: Handler) {
  return async (call: ServerDuplexStream<unknown, unknown>) => {
    try {
      const requests = { [Symbol.asyncIterator]: () => call.iterator({ destroyOnReturn: false }) };
      const answers = handler(requests as never, call as never) as AsyncIterable<unknown>;
      for await (const answer of answers) call.write(answer);
      call.end();
    } catch (thrown) {
      if (!call.cancelled) call.emit("error", toStatusObject(toCordonError(thrown)));
    }
  };
}
