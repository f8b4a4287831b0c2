import { readFile } from "node:fs/promises";
import type { IdentifyResponse__Output } from "../api/generated/cordon/v1/IdentifyResponse.js";
import type { IdentifyResult__Output } from "../api/generated/cordon/v1/IdentifyResult.js";
import type { IdentifyStreamRequest } from "../api/generated/cordon/v1/IdentifyStreamRequest.js";
import { createBell } from "../base/bell.js";
import { fileProblem } from "../base/file-problem.js";
import type { CordonClient } from "../transport/client/client.js";
import { CordonClientError, toClientError } from "../transport/client/error.js";
import { ExitCode } from "./exit.js";
import { describeFailure, exitCodeOf, failureJson } from "./failure.js";
import { type Gauge, startGauge } from "./gauge.js";
import { type IdentifyOptions, requestOf } from "./identify-request.js";
import { toJson } from "./output.js";
import { type PictureNames, pictureNames } from "./picture-names.js";
import type { Session } from "./session.js";
import { failureOf } from "./stream-failure.js";
import { harmless, paintFor } from "./text.js";

/** After which every further picture would fail the same way. */
export function isFinal({ violations, status }: CordonClientError): boolean {
  return (
    violations.length > 0 ||
    ["UNAVAILABLE", "UNAUTHENTICATED", "PERMISSION_DENIED", "CANCELLED"].includes(status)
  );
}

type StreamOptions = IdentifyOptions & { readonly stream: string };

/** Pictures that were sent and are not answered, by their tags. */
interface Run {
  readonly session: Session;
  readonly options: StreamOptions;
  readonly gauge: Gauge;
  readonly pictures: PictureNames;
  readonly owed: Map<number, string>;
  readonly tally: { answered: number; matched: number; failed: number };
}

/**
 * Identifies every face of many pictures over one stream, and tells each answer as it comes: with
 * --json one line each. What the gate refuses ends it.
 */
export async function identifyAll(
  session: Session,
  client: CordonClient,
  options: StreamOptions,
): Promise<void> {
  const pictures = pictureNames(session, options.stream);
  const tally = { answered: 0, matched: 0, failed: 0 };
  const run = { session, options, gauge: startGauge(session), pictures, owed: new Map(), tally };
  const startedMs = performance.now();
  const bell = createBell();
  session.exitCode = ExitCode.noMatch;
  try {
    const stream = client.identification.identifyStream(requests(run, bell.wait));
    for await (const { results } of stream) {
      for (const result of results) {
        const final = told(run, result);
        if (final !== null) throw final;
      }
      bell.ring();
    }
  } finally {
    run.gauge.end();
    summarise(run, performance.now() - startedMs);
  }
  if (run.owed.size > 0) throw unanswered(run.owed.size);
}

async function* requests(
  run: Run,
  someAnswer: () => Promise<void>,
): AsyncGenerator<IdentifyStreamRequest> {
  const { options, pictures, owed } = run;
  const { zone: zoneId, camera: cameraId, gallery: galleryId, window } = options;
  yield { settings: { zoneId, cameraId, galleryId, queriesInFlightMax: window } };
  let tag = 0;
  for await (const name of pictures.names) {
    while (owed.size >= window) await someAnswer();
    const image = await readFile(name).catch((thrown: unknown) => {
      tellFailure(run, name, new Error(`${name}: cannot be read: ${fileProblem(thrown)}`));
      return null;
    });
    if (image === null) continue;
    tag += 1;
    owed.set(tag, name);
    yield { queries: [{ tag, query: requestOf(image, options) }] };
  }
}

/** Tells one result. Returns the error when no further one can be better. */
function told(run: Run, { tag, answer, failure }: IdentifyResult__Output): Error | null {
  const name = run.owed.get(tag);
  run.owed.delete(tag);
  // The server's slip, which tells of nothing that was asked.
  if (name === undefined) return null;
  if (answer) {
    tellAnswer(run, name, answer);
    return null;
  }
  const error = failure ? failureOf(failure) : toClientError(new Error("an empty answer"));
  if (isFinal(error)) return error;
  tellFailure(run, name, error);
  return null;
}

function tellAnswer(run: Run, picture: string, answer: IdentifyResponse__Output): void {
  const { session, options, gauge, tally, pictures } = run;
  tally.answered += 1;
  if (answer.faces.some(({ decision }) => decision === "DECISION_MATCH")) {
    tally.matched += 1;
    if (session.exitCode === ExitCode.noMatch) session.exitCode = ExitCode.ok;
  }
  const line = options.json
    ? JSON.stringify({ picture, ...(toJson(answer) as object) })
    : linesOf(picture, answer).join("\n");
  // Else the gauge would stand in the middle of it.
  if (session.stderr.isTTY === true) gauge.end();
  session.stdout.write(`${line}\n`);
  const done = tally.answered + tally.failed;
  gauge.show({ step: "identifying", done, total: pictures.count, unit: "pictures" });
}

const COLUMNS = { decision: 8, score: 6, person: 36 } as const;

/**
 * A line for each face: picture, decision, score, id and reference of the person; `-` for nothing.
 * The picture stands first, so that further columns begin where its name ends.
 */
function linesOf(picture: string, { faces }: IdentifyResponse__Output): string[] {
  const name = harmless(picture);
  if (faces.length === 0) return [`${name}  no face`];
  return faces.map((face) => `${name}  ${faceOf(face)}`);
}

function faceOf({ decision, candidates: [best] }: IdentifyResponse__Output["faces"][number]) {
  const word = decision.replace("DECISION_", "").padEnd(COLUMNS.decision);
  const score = (best === undefined ? "-" : best.score.toFixed(3)).padStart(COLUMNS.score);
  const person = harmless(best?.personId ?? "-").padEnd(COLUMNS.person);
  return `${word}  ${score}  ${person}  ${harmless(best?.externalReference || "-")}`;
}

function tellFailure({ session, options, gauge, tally }: Run, picture: string, error: Error): void {
  tally.failed += 1;
  session.exitCode = exitCodeOf(error);
  if (session.stderr.isTTY === true) gauge.end();
  if (options.json) {
    session.stdout.write(`${JSON.stringify({ picture, ...failureJson(error) })}\n`);
    return;
  }
  const paint = paintFor(session.stderr, session.env);
  session.stderr.write(`${harmless(picture)}: ${describeFailure(error, paint)}\n`);
}

/** For people, on stderr, so that what is piped on holds answers alone. */
function summarise({ session, tally }: Run, elapsedMs: number): void {
  const { answered, matched, failed } = tally;
  if (answered + failed === 0) return;
  const perSecond = (answered * 1000) / Math.max(1, elapsedMs);
  session.stderr.write(
    `${answered} answered, ${matched} with a match, ${failed} failed; ${perSecond.toFixed(1)}/s\n`,
  );
}

function unanswered(count: number): CordonClientError {
  const message = `The server ended the stream and owes ${count} answers.`;
  return new CordonClientError({ status: "UNAVAILABLE", message });
}
