import { ChannelCredentials, Client } from "@grpc/grpc-js";
import { type CordonServices, loadServices } from "../proto.js";
import { checkAddress } from "./address.js";
import { CordonClientError } from "./error.js";
import { type CallDefaults, TIMEOUT_MS_DEFAULT, type UnaryCalls, unaryCalls } from "./unary.js";

/** Largest message taken or sent, bytes: the most that a server can be configured to accept. */
const MESSAGE_SIZE_BYTES_MAX = 256 * 1024 * 1024;

export interface ClientOptions {
  /** `host:port` or `[v6]:port`. */
  readonly address: string;
  /** TLS. Absent: plaintext, which belongs on loopback. */
  readonly tls?: {
    /** PEM authorities that vouch for the server; those of Node when absent. */
    readonly ca?: Buffer;
    /** PEM certificate and key of this caller, where the server asks for one. */
    readonly certificate?: Buffer;
    readonly key?: Buffer;
  };
  /** Bearer token of the caller. Never sent in plaintext to another machine. */
  readonly token?: string;
  /** Deadline of calls that set none, milliseconds. Default 30 000. */
  readonly timeoutMs?: number;
  /** Cancels every call of this client. */
  readonly signal?: AbortSignal;
}

/** Every service of one server. A failed call throws a {@link CordonClientError}. */
export interface CordonClient {
  readonly identification: UnaryCalls<CordonServices["identification"]>;
  readonly enrolment: UnaryCalls<CordonServices["enrolment"]>;
  readonly gallery: UnaryCalls<CordonServices["gallery"]>;
  readonly zone: UnaryCalls<CordonServices["zone"]>;
  readonly signage: UnaryCalls<CordonServices["signage"]>;
  readonly camera: UnaryCalls<CordonServices["camera"]>;
  readonly notice: UnaryCalls<CordonServices["notice"]>;
  readonly assessment: UnaryCalls<CordonServices["assessment"]>;
  readonly safeguard: UnaryCalls<CordonServices["safeguard"]>;
  readonly server: UnaryCalls<CordonServices["server"]>;
  /** Ends the connection; calls under way end with CANCELLED. */
  close(): void;
}

/**
 * A client of one server. It connects at the first call, and again whenever it must.
 *
 * @throws CordonClientError INVALID_ARGUMENT for a bad address, a bad certificate, or a token that
 *   would travel in plaintext
 */
export function createClient(options: ClientOptions): CordonClient {
  const { isLoopback } = checkAddress(options.address);
  if (options.token !== undefined && options.tls === undefined && !isLoopback) {
    throw new CordonClientError({
      status: "INVALID_ARGUMENT",
      message: `A token is never sent unencrypted to another machine (${options.address}). Use TLS.`,
    });
  }
  const connection = new Client(options.address, credentialsOf(options), {
    "grpc.max_receive_message_length": MESSAGE_SIZE_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_SIZE_BYTES_MAX,
    // Faces do not travel through whatever proxy the environment happens to name.
    "grpc.enable_http_proxy": 0,
  });
  const defaults: CallDefaults = {
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
    signal: options.signal,
    token: options.token,
  };
  const services = loadServices();
  return {
    identification: unaryCalls(connection, services.identification, defaults),
    enrolment: unaryCalls(connection, services.enrolment, defaults),
    gallery: unaryCalls(connection, services.gallery, defaults),
    zone: unaryCalls(connection, services.zone, defaults),
    signage: unaryCalls(connection, services.signage, defaults),
    camera: unaryCalls(connection, services.camera, defaults),
    notice: unaryCalls(connection, services.notice, defaults),
    assessment: unaryCalls(connection, services.assessment, defaults),
    safeguard: unaryCalls(connection, services.safeguard, defaults),
    server: unaryCalls(connection, services.server, defaults),
    close: () => connection.close(),
  };
}

function credentialsOf({ tls }: ClientOptions): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure();
  try {
    return ChannelCredentials.createSsl(tls.ca, tls.key, tls.certificate);
  } catch (error) {
    throw new CordonClientError({
      status: "INVALID_ARGUMENT",
      message: `The TLS files are not usable: ${(error as Error).message}`,
      cause: error,
    });
  }
}
