import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";

export interface SidePort {
  /** host:port on which it listens. */
  readonly address: string;
  close(): Promise<void>;
}

const REQUEST_MS_MAX = 5_000;

/**
 * The HTTP side port: `/metrics` (Prometheus text), `/livez` (the process answers) and `/readyz`
 * (it takes calls). Nothing else, and GET or HEAD only.
 */
export async function startSidePort(options: {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly isReady: () => boolean;
}): Promise<SidePort> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return answer(response, 405, "only GET and HEAD are answered here\n");
    }
    const path = (request.url ?? "/").split("?", 1)[0];
    if (path === "/livez") return answer(response, 200, "alive\n");
    if (path === "/readyz") {
      return options.isReady()
        ? answer(response, 200, "ready\n")
        : answer(response, 503, "not ready\n");
    }
    if (path === "/metrics") return void writeMetrics(response, options.registry);
    return answer(response, 404, "there are /metrics, /livez and /readyz\n");
  });
  server.requestTimeout = REQUEST_MS_MAX;
  server.headersTimeout = REQUEST_MS_MAX;
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const where = `${options.host}:${options.port} (${error.code ?? error.message})`;
      const next = "Is a server running already? Else set server.http_port (CORDON_HTTP_PORT).";
      reject(new Error(`The side port cannot listen on ${where}. ${next}`));
    });
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(text);
}

async function writeMetrics(response: ServerResponse, registry: Registry): Promise<void> {
  try {
    const text = await registry.metrics();
    response.writeHead(200, { "Content-Type": registry.contentType }).end(text);
  } catch {
    answer(response, 500, "the metrics could not be gathered\n");
  }
}
