import { z } from "zod";
import {
  createPrivateFile,
  type PrivateFile,
  readPrivateFile,
  replacePrivateFile,
} from "../vault/private-file.js";

/** What a snapshot of the index is of. Bound into its key: it cannot be changed. */
export interface SnapshotBody {
  readonly version: 1;
  /** Random; names the files. */
  readonly id: string;
  readonly instanceId: string;
  readonly modelPack: string;
  readonly dimension: number;
  /** Files: one of each worker of the index. */
  readonly workers: number;
  /** What it holds of the store: all up to there, and maybe more. */
  readonly templateSeq: number;
  readonly templateId: string;
  readonly token: string;
  /** Templates in the index, and those of other packs that are not, at that moment. */
  readonly templates: number;
  readonly ofOtherPacks: number;
}

/** A manifest: the body as text, which the key is bound to, and the wrapped key. */
export interface Manifest {
  readonly text: string;
  readonly body: SnapshotBody;
  readonly wrapped: Uint8Array;
}

const sizeBytesMax = 16_384;
const count = z.int().min(0);
const bodySchema: z.ZodType<SnapshotBody> = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  instanceId: z.string(),
  modelPack: z.string(),
  dimension: count,
  workers: count,
  templateSeq: count,
  templateId: z.string(),
  token: z.string(),
  templates: count,
  ofOtherPacks: count,
});
const fileSchema = z.strictObject({ text: z.string(), wrapped: z.base64() });

/**
 * @returns null when there is none
 * @throws Error when it cannot be read, or is not one
 */
export async function readManifest(file: PrivateFile): Promise<Manifest | null> {
  const bytes = await readPrivateFile(file, sizeBytesMax);
  if (bytes === null) return null;
  try {
    const { text, wrapped } = fileSchema.parse(JSON.parse(bytes.toString("utf8")));
    const body = bodySchema.parse(JSON.parse(text));
    return { text, body, wrapped: Buffer.from(wrapped, "base64") };
  } catch (cause) {
    throw new Error("its manifest is damaged, or a newer Cordon wrote it", { cause });
  }
}

/** Keeps it in the place of the one there was, whose key is overwritten. */
export async function writeManifest(
  file: PrivateFile,
  { text, wrapped }: Pick<Manifest, "text" | "wrapped">,
): Promise<void> {
  const kept = { text, wrapped: Buffer.from(wrapped).toString("base64") };
  const bytes = Buffer.from(JSON.stringify(kept));
  if (await createPrivateFile(file, bytes)) return;
  await replacePrivateFile(file, bytes, { wipe: true });
}
