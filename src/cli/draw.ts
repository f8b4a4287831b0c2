import { statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { IdentifyResponse__Output } from "../api/generated/cordon/v1/IdentifyResponse.js";
import { fileProblem } from "../base/file-problem.js";
import { labelOf } from "./identify-report.js";
import { readFile } from "./parse.js";

/**
 * Looks, before anything is asked, whether a picture can be written there at all.
 *
 * @throws Error that names the folder that is not there, or that stands in the file's place
 */
export function requireDrawable(file: string): void {
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${file}: there is no folder ${folder}. Make it first.`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${file}: is a folder, not a file`);
  }
}

/**
 * Writes a picture with a box and a name at every face, as PNG.
 *
 * @param picture file that was identified
 * @param file where to write
 * @throws Error that names the file that cannot be read or written
 */
export async function drawAnswer(
  picture: string,
  { faces }: IdentifyResponse__Output,
  file: string,
): Promise<void> {
  // Loaded only here: it brings the image library, which no other command needs.
  const { drawFaces } = await import("../vision/draw.js");
  const boxes = faces.flatMap((face) => {
    const { decision, text: label } = labelOf(face);
    return face.box === null ? [] : [{ box: face.box, label, decision }];
  });
  const png = await drawFaces(readFile(picture), boxes);
  try {
    writeFileSync(file, png);
  } catch (error) {
    throw new Error(`${file}: the picture cannot be written: ${fileProblem(error)}`);
  }
}
