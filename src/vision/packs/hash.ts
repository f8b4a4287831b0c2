import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a file, or null when there is none. @throws Error when it cannot be read */
export function sha256OfFile(path: string): string | null {
  try {
    return sha256Of(readFileSync(path));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw thrown;
  }
}
