import { z } from "zod";
import { integer } from "../knob.js";

const MEBIBYTE = 1024 * 1024;

export const audit = z
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
