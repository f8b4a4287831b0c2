import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { fileProblem } from "../base/file-problem.js";
import { isSlug } from "../base/ids.js";
import { type Role, roles } from "./access.js";

/** One caller of the token file. */
export interface TokenEntry {
  readonly name: string;
  readonly role: Role;
  /** The one camera of a caller of role `camera`; null for the others. */
  readonly cameraId: string | null;
  /** SHA-256 of the token, lower-case hex. The token itself is nowhere. */
  readonly tokenSha256: string;
}

export type TokenFileResult =
  | { readonly ok: true; readonly entries: readonly TokenEntry[] }
  /** Each a sentence for the person who starts the server. Never quotes the file. */
  | { readonly ok: false; readonly problems: readonly string[] };

export const TOKEN_FILE_SIZE_BYTES_MAX = 16 * 1024 * 1024;
export const CALLERS_MAX = 100_000;
const NAME_LENGTH_MAX = 100;
const TOKEN_BYTES = 32;

const callerSchema = z
  .strictObject({
    name: z.string().min(1).max(NAME_LENGTH_MAX),
    role: z.enum(roles),
    camera_id: z.string().refine(isSlug, "is not a camera's id").optional(),
    token_sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits"),
  })
  .refine(({ role, camera_id }) => (role === "camera") === (camera_id !== undefined), {
    message: "the role camera, and no other, names its camera_id",
  })
  .transform(({ name, role, camera_id, token_sha256 }) => ({
    name,
    role,
    cameraId: camera_id ?? null,
    tokenSha256: token_sha256,
  }));

const fileSchema = z.strictObject({ callers: z.array(callerSchema).min(1).max(CALLERS_MAX) });

/** A new random token, and the digest of it that the token file holds. */
export function newToken(): { readonly token: string; readonly sha256: string } {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  return { token, sha256: digestOf(token).toString("hex") };
}

/** SHA-256 of a token. */
export function digestOf(token: string): Buffer {
  return createHash("sha256").update(token, "utf8").digest();
}

/**
 * Reads the token file: YAML or JSON, `callers:` with `name`, `role`, `camera_id` (role camera
 * only) and `token_sha256`. Refused when others than its owner and group may read or write it.
 */
export async function loadTokenFile(path: string): Promise<TokenFileResult> {
  const read = await readPrivate(path).catch((thrown: unknown) => {
    return { problem: `it cannot be read: ${fileProblem(thrown)}` };
  });
  const result = "problem" in read ? refused(read.problem) : parseTokens(read.text);
  if (result.ok) return result;
  return {
    ok: false,
    problems: result.problems.map((problem) => `Token file ${path}: ${problem}`),
  };
}

/** Mode and content of one and the same open file. */
async function readPrivate(path: string): Promise<{ text: string } | { problem: string }> {
  const file = await open(path, "r");
  try {
    const { mode, size } = await file.stat();
    // Windows keeps no such bits; there the folder's rights are what protects the file.
    if (process.platform !== "win32" && (mode & 0o007) !== 0) {
      return { problem: "everybody on this machine may use it: run chmod 600 on it" };
    }
    if (size > TOKEN_FILE_SIZE_BYTES_MAX) {
      return { problem: `it is larger than ${TOKEN_FILE_SIZE_BYTES_MAX} bytes` };
    }
    return { text: await file.readFile("utf8") };
  } finally {
    await file.close();
  }
}

function refused(...problems: string[]): TokenFileResult {
  return { ok: false, problems };
}

/** Checks the text of a token file. */
export function parseTokens(text: string): TokenFileResult {
  let content: unknown;
  try {
    // Aliases can blow a small file up, and callers need none.
    content = parse(text, { maxAliasCount: 0 });
  } catch {
    return refused("it is neither YAML nor JSON");
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) {
    return refused(
      ...parsed.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`),
    );
  }
  const entries = parsed.data.callers;
  const twice = [
    ...repeated(entries.map(({ name }) => name)).map((at) => `callers.${at}.name: used before`),
    ...repeated(entries.map(({ tokenSha256 }) => tokenSha256)).map(
      (at) => `callers.${at}.token_sha256: used before; each caller has a token of its own`,
    ),
  ];
  return twice.length > 0 ? refused(...twice) : { ok: true, entries };
}

/** Places of values that stand earlier in the list too. */
function repeated(values: readonly string[]): readonly number[] {
  const seen = new Set<string>();
  const places: number[] = [];
  for (const [at, value] of values.entries()) {
    if (seen.has(value)) places.push(at);
    seen.add(value);
  }
  return places;
}
