import { z } from "zod";
import { choice, flag, integer, real, text } from "./knob.js";

const MEBIBYTE = 1024 * 1024;

/** Where the server listens, and how long and how much it accepts. */
const server = z
  .strictObject({
    host: text("127.0.0.1", {
      env: "CORDON_HOST",
      unit: "address",
      doc: "Address of the gRPC port. Anything but loopback needs TLS and a token file.",
    }),
    port: integer(0, 65_535, 50_051, {
      env: "CORDON_PORT",
      unit: "port",
      doc: "gRPC port. 0 takes a free one, which the ready line of the log names.",
    }),
    http_host: text("127.0.0.1", {
      env: "CORDON_HTTP_HOST",
      unit: "address",
      doc: "Address of the side port with /metrics, /livez and /readyz.",
    }),
    http_port: integer(0, 65_535, 9464, {
      env: "CORDON_HTTP_PORT",
      unit: "port",
      doc: "Side port. 0 takes a free one.",
    }),
    message_size_bytes_max: integer(MEBIBYTE, 256 * MEBIBYTE, 32 * MEBIBYTE, {
      env: "CORDON_MESSAGE_SIZE_BYTES_MAX",
      unit: "bytes",
      doc: "Largest gRPC message; a larger one gets RESOURCE_EXHAUSTED.",
    }),
    calls_in_flight_max: integer(1, 100_000, 1024, {
      env: "CORDON_CALLS_IN_FLIGHT_MAX",
      unit: "calls",
      doc: "Calls worked on at once; further ones get RESOURCE_EXHAUSTED at once.",
    }),
    deadline_ms_default: integer(10, 600_000, 10_000, {
      env: "CORDON_DEADLINE_MS_DEFAULT",
      unit: "ms",
      doc: "Deadline of a call whose caller set none.",
    }),
    deadline_ms_max: integer(10, 3_600_000, 120_000, {
      env: "CORDON_DEADLINE_MS_MAX",
      unit: "ms",
      doc: "A caller's longer deadline is cut to this.",
    }),
    drain_ms_max: integer(0, 600_000, 10_000, {
      env: "CORDON_DRAIN_MS_MAX",
      unit: "ms",
      doc: "On SIGTERM calls under way may finish for this long; then they are cut.",
    }),
    tls_cert_file: text("", {
      env: "CORDON_TLS_CERT_FILE",
      unit: "file",
      doc: "PEM certificate chain of the gRPC port. Empty: no TLS (loopback only).",
    }),
    tls_key_file: text("", {
      env: "CORDON_TLS_KEY_FILE",
      unit: "file",
      doc: "PEM private key that goes with it.",
    }),
    tls_client_ca_file: text("", {
      env: "CORDON_TLS_CLIENT_CA_FILE",
      unit: "file",
      doc: "PEM certificate authority of callers. Set: every caller must show a certificate of it.",
    }),
    token_file: text("", {
      env: "CORDON_TOKEN_FILE",
      unit: "file",
      doc: "Callers with their roles and the SHA-256 of their tokens (docs/access.md).",
    }),
  })
  .prefault({});

const store = z
  .strictObject({
    data_dir: text("./data", {
      env: "CORDON_DATA_DIR",
      unit: "folder",
      doc: "Database, audit and, by default, the key. Made with mode 0700. One server each.",
    }),
    sweep_interval_ms: integer(1_000, 86_400_000, 60_000, {
      env: "CORDON_SWEEP_INTERVAL_MS",
      unit: "ms",
      doc: "How often persons past their retention deadline are looked for, and erased.",
    }),
  })
  .prefault({});

/** Where the key-encryption key comes from. */
const vault = z
  .strictObject({
    provider: choice(["file", "transit"], "file", {
      env: "CORDON_VAULT_PROVIDER",
      unit: "name",
      doc: "file: a key file on this machine. transit: HashiCorp Vault's transit engine opens it.",
    }),
    key_file: text("", {
      env: "CORDON_KEY_FILE",
      unit: "file",
      doc: "Key file, mode 0600 (docs/keys.md). Empty: key.json or keys-transit.json in the data folder.",
    }),
    transit_address: text("", {
      env: "CORDON_TRANSIT_ADDRESS",
      unit: "URL",
      doc: "Of HashiCorp Vault, for example https://vault.internal:8200. https, or loopback.",
    }),
    transit_mount: text("transit", {
      env: "CORDON_TRANSIT_MOUNT",
      unit: "path",
      doc: "Where its transit engine is mounted.",
    }),
    transit_key: text("cordon", {
      env: "CORDON_TRANSIT_KEY",
      unit: "name",
      doc: "Name of the transit key.",
    }),
    transit_token_file: text("", {
      env: "CORDON_TRANSIT_TOKEN_FILE",
      unit: "file",
      doc: "File with the token, mode 0600; read anew for every request.",
    }),
    transit_ca_file: text("", {
      env: "CORDON_TRANSIT_CA_FILE",
      unit: "file",
      doc: "PEM authorities that vouch for it. Empty: those of Node.",
    }),
  })
  .prefault({});

/** What happened, and for how long it is kept. */
const audit = z
  .strictObject({
    retention_days: integer(1_096, 36_500, 1_096, {
      env: "CORDON_AUDIT_RETENTION_DAYS",
      unit: "days",
      doc: "Records are kept at least this long, and then removed by whole files. Three years at least.",
    }),
    checkpoint_records: integer(1, 1_000_000, 1_000, {
      env: "CORDON_AUDIT_CHECKPOINT_RECORDS",
      unit: "records",
      doc: "A signed checkpoint is written after as many records.",
    }),
    checkpoint_ms: integer(1_000, 86_400_000, 60_000, {
      env: "CORDON_AUDIT_CHECKPOINT_MS",
      unit: "ms",
      doc: "And after this long, when there was any record since the last one.",
    }),
    segment_size_bytes: integer(MEBIBYTE, 1_024 * MEBIBYTE, 64 * MEBIBYTE, {
      env: "CORDON_AUDIT_SEGMENT_SIZE_BYTES",
      unit: "bytes",
      doc: "A new file is begun after this many bytes.",
    }),
  })
  .prefault({});

const vision = z
  .strictObject({
    models_dir: text("", {
      env: "CORDON_MODELS_DIR",
      unit: "folder",
      doc: "Folder of model packs. Empty: models/ beside the program.",
    }),
    model_pack: text("faceplugin-160", {
      env: "CORDON_MODEL_PACK",
      unit: "name",
      doc: "Model pack to run (docs/models.md).",
    }),
    execution_provider: choice(["cpu", "cuda", "tensorrt", "dml", "coreml", "webgpu"], "cpu", {
      env: "CORDON_EXECUTION_PROVIDER",
      unit: "name",
      doc: "ONNX Runtime execution provider. One that is not there stops the start.",
    }),
    workers: integer(0, 256, 0, {
      env: "CORDON_VISION_WORKERS",
      unit: "threads",
      doc: "Threads that decode, detect and embed. 0: one for each core.",
    }),
    queue_max: integer(1, 65_536, 256, {
      env: "CORDON_VISION_QUEUE_MAX",
      unit: "probes",
      doc: "Probes waiting for a vision thread; further ones get RESOURCE_EXHAUSTED.",
    }),
    image_size_bytes_max: integer(1024, 256 * MEBIBYTE, 16 * MEBIBYTE, {
      env: "CORDON_IMAGE_SIZE_BYTES_MAX",
      unit: "bytes",
      doc: "Largest encoded image.",
    }),
    image_pixels_max: integer(10_000, 400_000_000, 50_000_000, {
      env: "CORDON_IMAGE_PIXELS_MAX",
      unit: "pixels",
      doc: "Largest image, width times height, judged by its header before it is decoded.",
    }),
    face_size_min_px: integer(12, 400, 32, {
      env: "CORDON_FACE_SIZE_MIN_PX",
      unit: "pixels",
      doc: "Smallest face looked for (box height in the frame). Half of it costs four times as much.",
    }),
    faces_per_frame_max: integer(1, 1024, 128, {
      env: "CORDON_FACES_PER_FRAME_MAX",
      unit: "faces",
      doc: "Faces embedded of one frame; the smallest beyond it are dropped and counted.",
    }),
  })
  .prefault({});

const index = z
  .strictObject({
    driver: choice(["exact", "hnsw"], "exact", {
      env: "CORDON_INDEX_DRIVER",
      unit: "name",
      doc: "exact: every template compared, recall 1. hnsw: a graph, quicker on large galleries.",
    }),
    workers: integer(1, 64, 1, {
      env: "CORDON_INDEX_WORKERS",
      unit: "threads",
      doc: "Threads that search. A gallery lives in one of them.",
    }),
    queue_max: integer(1, 1_000_000, 4096, {
      env: "CORDON_INDEX_QUEUE_MAX",
      unit: "calls",
      doc: "Searches and changes waiting for an index thread.",
    }),
  })
  .prefault({});

const decision = z
  .strictObject({
    fpir_target: real(1e-6, 0.5, 0.003, {
      env: "CORDON_FPIR_TARGET",
      unit: "probability",
      doc: "Chance that a person who is not enrolled gets a MATCH. Sets the threshold.",
    }),
    fpir_review: real(1e-6, 0.9, 0.01, {
      env: "CORDON_FPIR_REVIEW",
      unit: "probability",
      doc: "The same for REVIEW, where a person looks; not below fpir_target.",
    }),
    fpir_duplicate: real(1e-6, 0.9, 0.01, {
      env: "CORDON_FPIR_DUPLICATE",
      unit: "probability",
      doc: "Chance that somebody new is suspected at enrolment to be somebody enrolled.",
    }),
    gallery_persons_floor: integer(1, 10_000_000, 1000, {
      env: "CORDON_GALLERY_PERSONS_FLOOR",
      unit: "persons",
      doc: "Thresholds are never set for a smaller gallery than this, since galleries grow.",
    }),
  })
  .prefault({});

/** The filing of Art. 15. */
const filing = z
  .strictObject({
    threshold_persons: integer(1, 100_000, 100_000, {
      env: "CORDON_FILING_THRESHOLD_PERSONS",
      unit: "persons",
      doc: "Distinct persons from which on a filing is due. The law says 100,000; less is stricter.",
    }),
    overdue_policy: choice(["warn", "block-enrolment", "block-all"], "block-enrolment", {
      env: "CORDON_FILING_OVERDUE_POLICY",
      unit: "name",
      doc: "What an overdue filing stops: nothing, enrolments, or queries too.",
    }),
    calendar_dir: text("", {
      env: "CORDON_FILING_CALENDAR_DIR",
      unit: "folder",
      doc: "YAML files with further working-day calendars, read at start (docs/filing.md).",
    }),
  })
  .prefault({});

const telemetry = z
  .strictObject({
    log_level: choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"], "info", {
      env: "CORDON_LOG_LEVEL",
      unit: "name",
      doc: "Least severe line that the log shows.",
    }),
    reflection: flag(true, {
      env: "CORDON_REFLECTION",
      unit: "flag",
      doc: "Serve gRPC reflection, so that grpcurl works without the proto files.",
    }),
  })
  .prefault({});

export const configSchema = z.strictObject({
  server,
  store,
  vault,
  audit,
  vision,
  index,
  decision,
  filing,
  telemetry,
});

export type Config = z.infer<typeof configSchema>;
