import { z } from "zod";
import { integer, text } from "../knob.js";

/** The data folder. */
export const store = z
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
