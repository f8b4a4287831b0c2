import * as crypto from "node:crypto";

/** SHA-256 (FIPS 180-4) of bytes, or of a text's UTF-8; lower-case hex. */
export const sha256Hex: (data: Uint8Array | string) => string =
  // One call instead of three saves a third; Node has it from 20.12 on.
  typeof crypto.hash === "function"
    ? (data) => crypto.hash("sha256", data, "hex")
    : (data) => crypto.createHash("sha256").update(data).digest("hex");
