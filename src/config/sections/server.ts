import { z } from "zod";
import { integer, text } from "../knob.js";

const MEBIBYTE = 1024 * 1024;

export const server = z
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
    streams_max: integer(1, 100_000, 1024, {
      env: "CORDON_STREAMS_MAX",
      unit: "streams",
      doc: "Streams open at once; a further one gets RESOURCE_EXHAUSTED at once. Not counted as calls.",
    }),
    streams_per_peer_max: integer(1, 100_000, 256, {
      env: "CORDON_STREAMS_PER_PEER_MAX",
      unit: "streams",
      doc: "The same for one address; a recorder has a stream for each of its cameras.",
    }),
    stream_bytes_max: integer(MEBIBYTE, 64 * 1024 * MEBIBYTE, 256 * MEBIBYTE, {
      env: "CORDON_STREAM_BYTES_MAX",
      unit: "bytes",
      doc: "Messages of all streams that wait or are worked on, and again those that arrive; else QUEUE_FULL.",
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
