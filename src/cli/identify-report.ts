import type { FaceResult__Output } from "../api/generated/cordon/v1/FaceResult.js";
import type { IdentifyResponse__Output } from "../api/generated/cordon/v1/IdentifyResponse.js";
import type { StageTimings__Output } from "../api/generated/cordon/v1/StageTimings.js";
import { shortName } from "./output.js";
import { table } from "./table.js";
import { counted, type Paint, type Style } from "./text.js";

const styles: Readonly<Record<string, Style>> = {
  MATCH: "green",
  REVIEW: "yellow",
  NO_MATCH: "dim",
};

interface Row {
  readonly face: string;
  readonly decision: string;
  /** Why a person must look. */
  readonly why: string;
  readonly person: string;
  readonly reference: string;
  readonly score: string;
  readonly box: string;
  readonly quality: string;
}

const whyColumn = { title: "look, because", cell: (row: Row) => row.why };

/** One answer for people: a row for each face and candidate, the thresholds, where time went. */
export function describeAnswer(answer: IdentifyResponse__Output, paint: Paint): string {
  const { faces, galleryPersons, facesDropped } = answer;
  const lines: string[] = [];
  if (faces.length === 0) lines.push("no face found");
  else lines.push(faceTable(faces, paint));
  if (facesDropped > 0) lines.push(`${facesDropped} smaller faces were not searched`);
  const thresholds = `match from ${answer.threshold.toFixed(3)}, review from ${answer.reviewThreshold.toFixed(3)}`;
  lines.push(paint("dim", `${counted(galleryPersons, "person")} searched, ${thresholds}`));
  if (answer.timings !== null) lines.push(paint("dim", describeTimings(answer.timings)));
  return lines.join("\n");
}

function faceTable(faces: readonly FaceResult__Output[], paint: Paint): string {
  return table(
    faces.flatMap(rowsOf),
    [
      { title: "face", cell: (row) => row.face, align: "right" },
      { title: "decision", cell: (row) => row.decision, style: (row) => styles[row.decision] },
      ...(faces.some((face) => face.reviewReasons.length > 0) ? [whyColumn] : []),
      { title: "score", cell: (row) => row.score, align: "right" },
      { title: "reference", cell: (row) => row.reference },
      { title: "person", cell: (row) => row.person },
      { title: "box", cell: (row) => row.box },
      { title: "quality", cell: (row) => row.quality },
    ],
    paint,
  );
}

/** The face with its best candidate, then further candidates without the face. */
function rowsOf(face: FaceResult__Output, position: number): Row[] {
  const { box, quality } = face;
  const first = {
    face: `${position + 1}`,
    decision: shortName(face.decision, "DECISION_"),
    why: face.reviewReasons.map((reason) => shortName(reason, "REVIEW_REASON_")).join(", "),
    box: box === null ? "-" : [box.x, box.y, box.width, box.height].map(Math.round).join(","),
    quality: qualityOf(quality),
  };
  const rest = { face: "", decision: "", why: "", box: "", quality: "" };
  const none = { personId: "-", externalReference: "-", score: Number.NaN };
  const candidates = face.candidates.length === 0 ? [none] : face.candidates;
  return candidates.map(({ personId, externalReference, score }, rank) => ({
    ...(rank === 0 ? first : rest),
    person: personId,
    reference: externalReference || "-",
    score: Number.isNaN(score) ? "-" : score.toFixed(3),
  }));
}

function qualityOf(quality: FaceResult__Output["quality"]): string {
  if (quality === null) return "-";
  if (quality.acceptable) return "good";
  return quality.reasons.map((reason) => shortName(reason, "QUALITY_REASON_")).join(", ");
}

/** `total 31.2 ms = queue 0.1 + gate 0.0 + ...`. */
export function describeTimings(timings: StageTimings__Output): string {
  const stages = [
    ["gate", timings.gateMs],
    ["queue", timings.queueMs],
    ["decode", timings.decodeMs],
    ["detect", timings.detectMs],
    ["align", timings.alignMs],
    ["embed", timings.embedMs],
    ["search", timings.searchMs],
    ["audit", timings.auditMs],
  ] as const;
  const parts = stages.map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
  return `total ${timings.totalMs.toFixed(1)} ms: ${parts.join(", ")}`;
}

/** What is written beside a face in the annotated picture. */
export function labelOf(face: FaceResult__Output) {
  const decision = shortName(face.decision, "DECISION_") as "MATCH" | "NO_MATCH" | "REVIEW";
  const [best] = face.candidates;
  if (decision === "NO_MATCH" || best === undefined) return { decision, text: "no match" };
  const name = best.externalReference || best.personId.slice(0, 8);
  const text = `${name} ${best.score.toFixed(2)}`;
  return { decision, text: decision === "REVIEW" ? `${text}?` : text };
}
