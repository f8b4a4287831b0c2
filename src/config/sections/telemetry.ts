import { z } from "zod";
import { choice, flag } from "../knob.js";

/** What the server says of itself. */
export const telemetry = z
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
