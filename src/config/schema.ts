import { z } from "zod";
import { audit } from "./sections/audit.js";
import { decision } from "./sections/decision.js";
import { filing } from "./sections/filing.js";
import { index } from "./sections/index.js";
import { server } from "./sections/server.js";
import { store } from "./sections/store.js";
import { telemetry } from "./sections/telemetry.js";
import { vault } from "./sections/vault.js";
import { vision } from "./sections/vision.js";

/** Every knob, by section. Each is declared in the file of its section. */
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
