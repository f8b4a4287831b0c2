import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileProblem } from "../base/file-problem.js";
import { UsageError } from "./failure.js";
import { filesIn } from "./files-in.js";
import type { Session } from "./session.js";

/** Names that pictures have; the server looks at what is in them. */
const extensions: ReadonlySet<string> = new Set(
  ["jpg", "jpeg", "png", "webp", "gif", "avif", "tif", "tiff", "heic", "heif", "bmp"].map(
    (name) => `.${name}`,
  ),
);

/** Pictures to send, in order; how many is null when it is not known before. */
export interface PictureNames {
  readonly count: number | null;
  readonly names: AsyncIterable<string>;
}

/**
 * The pictures of a folder by name, or, for `-`, the paths that come in on stdin, one a line.
 * @throws UsageError for a folder without a picture, or one that cannot be read
 */
export function pictureNames(session: Session, source: string): PictureNames {
  if (source === "-") return { count: null, names: lines(session) };
  const found = filesOf(source).filter((name) => extensions.has(extname(name).toLowerCase()));
  if (found.length === 0) {
    throw new UsageError(
      `${source}: holds no picture: no file that ends with ${[...extensions].join(", ")}. Folders ` +
        "within it are not looked into.",
    );
  }
  const paths = found.map((name) => join(source, name));
  return { count: paths.length, names: each(paths) };
}

function filesOf(folder: string): string[] {
  try {
    return filesIn(folder);
  } catch (thrown) {
    throw new UsageError(`${folder}: cannot be read: ${fileProblem(thrown)}`);
  }
}

async function* each(paths: readonly string[]) {
  yield* paths;
}

async function* lines({ stdin }: Session) {
  if (stdin === undefined) return;
  for await (const line of createInterface({ input: stdin })) {
    if (line.trim() !== "") yield line;
  }
}
