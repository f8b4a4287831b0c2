import { stat } from "node:fs/promises";
import { join } from "node:path";
import { listSegments } from "../../audit/segments.js";

/**
 * The folder of the audit's files, for whoever names that or the data folder around it.
 *
 * @throws Error when there is no audit in either
 */
export async function auditFolderOf(folder: string): Promise<string> {
  const inside = join(folder, "audit");
  const isAround = (await stat(inside).catch(() => null))?.isDirectory() === true;
  const found = isAround ? inside : folder;
  if ((await listSegments(found)).length > 0) return found;
  throw new Error(
    `There is no audit in "${folder}". Name the folder of the files audit-*.jsonl, or the data ` +
      "folder that it is in.",
  );
}
