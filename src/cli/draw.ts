import { writeFileSync } from "node:fs";
import type { IdentifyResponse__Output } from "../api/generated/cordon/v1/IdentifyResponse.js";
import { labelOf } from "./identify-report.js";
import { readFile } from "./parse.js";

/**
 * Writes a picture with a box and a name at every face, as PNG.
 *
 * @param picture file that was identified
 * @param file where to write
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
  writeFileSync(file, await drawFaces(readFile(picture), boxes));
}
