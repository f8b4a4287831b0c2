import { setMaxListeners } from "node:events";
import { ChannelCredentials, Client, type ServiceDefinition } from "@grpc/grpc-js";
import type { AuditServiceHandlers } from "../../api/generated/cordon/v1/AuditService.js";
import type { BackupServiceHandlers } from "../../api/generated/cordon/v1/BackupService.js";
import type { CameraServiceHandlers } from "../../api/generated/cordon/v1/CameraService.js";
import type { DuplicateServiceHandlers } from "../../api/generated/cordon/v1/DuplicateService.js";
import type { EnrolmentServiceHandlers } from "../../api/generated/cordon/v1/EnrolmentService.js";
import type { FilingServiceHandlers } from "../../api/generated/cordon/v1/FilingService.js";
import type { GalleryServiceHandlers } from "../../api/generated/cordon/v1/GalleryService.js";
import type { IdentificationServiceHandlers } from "../../api/generated/cordon/v1/IdentificationService.js";
import type { ImpactAssessmentServiceHandlers } from "../../api/generated/cordon/v1/ImpactAssessmentService.js";
import type { KeyServiceHandlers } from "../../api/generated/cordon/v1/KeyService.js";
import type { NoticeServiceHandlers } from "../../api/generated/cordon/v1/NoticeService.js";
import type { SafeguardServiceHandlers } from "../../api/generated/cordon/v1/SafeguardService.js";
import type { ServerServiceHandlers } from "../../api/generated/cordon/v1/ServerService.js";
import type { SignageServiceHandlers } from "../../api/generated/cordon/v1/SignageService.js";
import type { ZoneServiceHandlers } from "../../api/generated/cordon/v1/ZoneService.js";
import { type CordonServices, loadServices } from "../proto.js";
import { checkAddress } from "./address.js";
import { type CallDefaults, type Calls, callsOf } from "./calls.js";
import { CordonClientError } from "./error.js";
import { TIMEOUT_MS_DEFAULT } from "./unary.js";

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
  /** Deadline of unary calls that set none, milliseconds. Default 30 000. Streams have none. */
  readonly timeoutMs?: number;
  /** Cancels every call of this client. */
  readonly signal?: AbortSignal;
}

/** The handlers of every service; their types say which methods stream. */
interface Handlers {
  readonly identification: IdentificationServiceHandlers;
  readonly enrolment: EnrolmentServiceHandlers;
  readonly duplicates: DuplicateServiceHandlers;
  readonly gallery: GalleryServiceHandlers;
  readonly zone: ZoneServiceHandlers;
  readonly signage: SignageServiceHandlers;
  readonly camera: CameraServiceHandlers;
  readonly notice: NoticeServiceHandlers;
  readonly assessment: ImpactAssessmentServiceHandlers;
  readonly safeguard: SafeguardServiceHandlers;
  readonly audit: AuditServiceHandlers;
  readonly filing: FilingServiceHandlers;
  readonly keys: KeyServiceHandlers;
  readonly backup: BackupServiceHandlers;
  readonly server: ServerServiceHandlers;
}

/** Every service of one server. A failed call throws a {@link CordonClientError}. */
export type CordonClient = {
  readonly [Service in keyof Handlers]: Calls<CordonServices[Service], Handlers[Service]>;
} & {
  /** Ends the connection; calls under way end with CANCELLED. */
  close(): void;
};

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
  // Every call under way listens.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const defaults: CallDefaults = {
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
    signal: options.signal,
    token: options.token,
  };
  const { packageDefinition, ...services } = loadServices();
  const calls = Object.entries(services).map(([key, definition]) => [
    key,
    callsOf(connection, definition as ServiceDefinition, defaults),
  ]);
  return { ...(Object.fromEntries(calls) as CordonClient), close: () => connection.close() };
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
