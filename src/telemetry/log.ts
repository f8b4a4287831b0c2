import { type Logger, pino, stdTimeFunctions } from "pino";

export type { Logger } from "pino";

/** A JSON-lines logger on standard output. No line holds an image, a vector or a name. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ["*.image", "*.values", "*.embedding", "*.token"], censor: "***" },
  });
}
