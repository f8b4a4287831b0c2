import { appendFile, readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { BenchError, errorText } from "../errors.js";
import type { AcquiredImage } from "./acquired.js";

/** First line of the file: what it is, so that no other file is ever written over. */
const heading = '{"cordonBenchEmbeddings":1}';
/** Entries that are written at once. */
const BATCH_ENTRIES = 256;

const entrySchema = z.strictObject({
  key: z.string(),
  faces: z.int().nonnegative(),
  acceptable: z.boolean(),
  failure: z.string().nullable(),
  /** Little-endian floats in base64. */
  embedding: z.string().nullable(),
});

/** Embeddings kept between runs. The keys say engine and image, so a stale one is never met. */
export interface EmbeddingCache {
  get(key: string): AcquiredImage | undefined;
  put(key: string, image: AcquiredImage): Promise<void>;
  flush(): Promise<void>;
}

/** A cache that keeps nothing. */
export const noCache: EmbeddingCache = {
  get: () => undefined,
  put: async () => {},
  flush: async () => {},
};

/**
 * Opens or makes the file (mode 0600: it holds biometric data). A line that was cut off by an
 * earlier crash is passed over.
 *
 * @throws BenchError when the file is something else, or cannot be read or written
 */
export async function openCache(file: string): Promise<EmbeddingCache> {
  const known = await load(file);
  let waiting: string[] = [];
  async function flush(): Promise<void> {
    if (waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    await appendFile(file, lines.join(""));
  }
  return {
    get: (key) => known.get(key),
    async put(key, image) {
      known.set(key, image);
      waiting.push(`${JSON.stringify(encode(key, image))}\n`);
      if (waiting.length >= BATCH_ENTRIES) await flush();
    },
    flush,
  };
}

async function load(file: string): Promise<Map<string, AcquiredImage>> {
  const known = new Map<string, AcquiredImage>();
  let text: string;
  try {
    await writeFile(file, `${heading}\n`, { flag: "wx", mode: 0o600 });
    return known;
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) {
      throw new BenchError(`--cache ${file}: ${errorText(thrown)}`);
    }
  }
  try {
    text = await readFile(file, "utf8");
  } catch (thrown) {
    throw new BenchError(`--cache ${file}: ${errorText(thrown)}`);
  }
  const [first, ...lines] = text.split("\n");
  if (first !== heading) throw new BenchError(`--cache ${file}: not a cache of this bench`);
  // A run that was killed may have left half a line; the next entry must not be glued to it.
  if (!text.endsWith("\n")) await appendFile(file, "\n");
  for (const line of lines) {
    const entry = decode(line);
    if (entry !== null) known.set(entry.key, entry.image);
  }
  return known;
}

function encode(key: string, image: AcquiredImage): z.infer<typeof entrySchema> {
  const { embedding, ...rest } = image;
  if (embedding === null) return { key, ...rest, embedding };
  const view = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
  return { key, ...rest, embedding: view.toString("base64") };
}

function decode(line: string): { key: string; image: AcquiredImage } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const checked = entrySchema.safeParse(parsed);
  if (!checked.success) return null;
  const { key, embedding, ...rest } = checked.data;
  if (embedding === null) return { key, image: { ...rest, embedding } };
  const bytes = Uint8Array.from(Buffer.from(embedding, "base64"));
  if (bytes.byteLength === 0 || bytes.byteLength % Float32Array.BYTES_PER_ELEMENT !== 0)
    return null;
  return { key, image: { ...rest, embedding: new Float32Array(bytes.buffer) } };
}
