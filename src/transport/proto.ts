import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";
import type { AuditServiceDefinition } from "../api/generated/cordon/v1/AuditService.js";
import type { BackupServiceDefinition } from "../api/generated/cordon/v1/BackupService.js";
import type { CameraServiceDefinition } from "../api/generated/cordon/v1/CameraService.js";
import type { DuplicateServiceDefinition } from "../api/generated/cordon/v1/DuplicateService.js";
import type { EnrolmentServiceDefinition } from "../api/generated/cordon/v1/EnrolmentService.js";
import type { FilingServiceDefinition } from "../api/generated/cordon/v1/FilingService.js";
import type { GalleryServiceDefinition } from "../api/generated/cordon/v1/GalleryService.js";
import type { IdentificationServiceDefinition } from "../api/generated/cordon/v1/IdentificationService.js";
import type { ImpactAssessmentServiceDefinition } from "../api/generated/cordon/v1/ImpactAssessmentService.js";
import type { KeyServiceDefinition } from "../api/generated/cordon/v1/KeyService.js";
import type { NoticeServiceDefinition } from "../api/generated/cordon/v1/NoticeService.js";
import type { SafeguardServiceDefinition } from "../api/generated/cordon/v1/SafeguardService.js";
import type { ServerServiceDefinition } from "../api/generated/cordon/v1/ServerService.js";
import type { SignageServiceDefinition } from "../api/generated/cordon/v1/SignageService.js";
import type { ZoneServiceDefinition } from "../api/generated/cordon/v1/ZoneService.js";
import { noteWireSize } from "../api/wire-size.js";

/** Every service of `cordon.v1`, typed, as grpc-js takes them on both sides. */
export interface CordonServices {
  readonly identification: IdentificationServiceDefinition;
  readonly enrolment: EnrolmentServiceDefinition;
  readonly duplicates: DuplicateServiceDefinition;
  readonly gallery: GalleryServiceDefinition;
  readonly zone: ZoneServiceDefinition;
  readonly signage: SignageServiceDefinition;
  readonly camera: CameraServiceDefinition;
  readonly notice: NoticeServiceDefinition;
  readonly assessment: ImpactAssessmentServiceDefinition;
  readonly safeguard: SafeguardServiceDefinition;
  readonly audit: AuditServiceDefinition;
  readonly filing: FilingServiceDefinition;
  readonly keys: KeyServiceDefinition;
  readonly backup: BackupServiceDefinition;
  readonly server: ServerServiceDefinition;
  /** Everything that was loaded, messages and enums included; reflection wants it. */
  readonly packageDefinition: PackageDefinition;
}

const files = [
  "identification",
  "enrolment",
  "gallery",
  "zone",
  "notice",
  "assessment",
  "safeguard",
  "audit",
  "admin",
  "filing",
  "server",
  "reason",
];

/** How messages look in JavaScript; the options of `npm run proto:types` say the same. */
const loaderOptions = {
  keepCase: false,
  longs: Number,
  enums: String,
  bytes: Buffer,
  defaults: true,
  oneofs: true,
};

let loaded: CordonServices | undefined;

/**
 * Loads the services from `proto/cordon/v1`, once per process. A decoded `bytes` field is a view
 * of the whole message that came in, not a copy; `wireSizeOf` says how large that was.
 *
 * @throws Error when the proto files are not beside the code.
 */
export function loadServices(): CordonServices {
  loaded ??= load();
  return loaded;
}

/** Folder of the proto files, whether this runs from `src/` or from `dist/src/`. */
export function protoFolder(moduleUrl: string = import.meta.url): string {
  let folder = dirname(fileURLToPath(moduleUrl));
  while (folder !== dirname(folder)) {
    const candidate = join(folder, "proto");
    if (existsSync(join(candidate, "cordon", "v1", "common.proto"))) return candidate;
    folder = dirname(folder);
  }
  throw new Error(
    `There is no proto/cordon/v1 above ${fileURLToPath(moduleUrl)}. Install Cordon whole: the ` +
      "proto folder belongs beside dist/.",
  );
}

function load(): CordonServices {
  const packageDefinition = loadSync(
    files.map((file) => `cordon/v1/${file}.proto`),
    { ...loaderOptions, includeDirs: [protoFolder()] },
  );
  const service = (name: string): ServiceDefinition =>
    sized(packageDefinition[`cordon.v1.${name}`] as unknown as ServiceDefinition);
  return {
    identification: service("IdentificationService") as unknown as IdentificationServiceDefinition,
    enrolment: service("EnrolmentService") as unknown as EnrolmentServiceDefinition,
    duplicates: service("DuplicateService") as unknown as DuplicateServiceDefinition,
    gallery: service("GalleryService") as unknown as GalleryServiceDefinition,
    zone: service("ZoneService") as unknown as ZoneServiceDefinition,
    signage: service("SignageService") as unknown as SignageServiceDefinition,
    camera: service("CameraService") as unknown as CameraServiceDefinition,
    notice: service("NoticeService") as unknown as NoticeServiceDefinition,
    assessment: service("ImpactAssessmentService") as unknown as ImpactAssessmentServiceDefinition,
    safeguard: service("SafeguardService") as unknown as SafeguardServiceDefinition,
    audit: service("AuditService") as unknown as AuditServiceDefinition,
    filing: service("FilingService") as unknown as FilingServiceDefinition,
    keys: service("KeyService") as unknown as KeyServiceDefinition,
    backup: service("BackupService") as unknown as BackupServiceDefinition,
    server: service("ServerService") as unknown as ServerServiceDefinition,
    packageDefinition,
  };
}

/** The same service, with the size of each message of a stream noted as it is decoded. */
function sized(service: ServiceDefinition): ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => {
    const { requestStream, requestDeserialize: decode } = method;
    if (!requestStream) return [name, method] as const;
    const requestDeserialize = (bytes: Buffer) => {
      const message = decode(bytes) as object;
      noteWireSize(message, bytes.length);
      return message;
    };
    return [name, { ...method, requestDeserialize }] as const;
  });
  return Object.fromEntries(methods);
}
