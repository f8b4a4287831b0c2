import type { Command } from "commander";
import type { IdentifyResponse__Output } from "../api/generated/cordon/v1/IdentifyResponse.js";
import type { CordonClient } from "../transport/client/client.js";
import { CordonClientError } from "../transport/client/error.js";
import { drawAnswer, requireDrawable } from "./draw.js";
import { ExitCode } from "./exit.js";
import { describeFailure, exitCodeOf, failureJson, UsageError } from "./failure.js";
import { describeAnswer } from "./identify-report.js";
import { type IdentifyOptions, requestOf } from "./identify-request.js";
import { identifyAll, isFinal } from "./identify-stream.js";
import { nearIds } from "./near-ids.js";
import { toJson } from "./output.js";
import { decimal, integer, position, readFile, slug, timestamp, word } from "./parse.js";
import { remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { harmless, paintFor } from "./text.js";
import { datums, purposes, typed } from "./words.js";

const TOP_K_MAX = 100;
const WINDOW_MAX = 256;
const ACCURACY_M_MAX = 10_000;

const example = `cordon identify frame.jpg --zone gate-4 --camera cam-7 --gallery banned-2026
cordon identify frame.jpg --zone gate-4 --camera cam-7 --gallery banned-2026 \\
  --top-k 5 --draw answer.png
cordon identify frame.jpg --zone gate-4 --camera van-1 --gallery banned-2026 \\
  --position 31.23040,121.47365 --accuracy 8
cordon identify --stream frames/ --zone gate-4 --camera cam-7 --gallery banned-2026 --json`;

/** `cordon identify`: every face of one or more pictures. */
export function identifyCommand(session: Session): Command {
  return remoteCommand(session, "identify", "Identify every face of a picture.", example)
    .argument("[pictures...]", "frames, or pictures of one face with --chip")
    .option("--stream <folder>", "all pictures of a folder over one stream; - for paths on stdin")
    .option("--window <n>", "pictures under way at once, with --stream", integer(1, WINDOW_MAX), 16)
    .requiredOption("--zone <zone>", "zone in which the picture was taken", slug)
    .requiredOption("--camera <camera>", "camera that took it", slug)
    .requiredOption("--gallery <gallery>", "gallery to search", slug)
    .option("--top-k <n>", "candidates to list for each face", integer(1, TOP_K_MAX), 1)
    .option("--threshold <cosine>", "a stricter threshold than policy's", decimal(-1, 1))
    .option("--draw <file>", "write the picture as PNG with boxes and names")
    .option("--chip", "each picture is of one face")
    .option("--aligned-chip", "the same, aligned to the model pack's template")
    .option("--capture-time <date>", "when it was taken (default now)", timestamp)
    .option("--position <lat,lon>", "where a mobile camera is now", position)
    .option("--datum <datum>", "of the position: wgs84, gcj02 or bd09", word(datums))
    .option(
      "--accuracy <metres>",
      "radius of the circle it is surely in",
      decimal(0, ACCURACY_M_MAX),
    )
    .option("--fix-time <date>", "when it was there (default now)", timestamp)
    .option("--purpose <purpose>", purposes.map(typed).join(", "), word(purposes))
    .action(async (pictures: string[], options: IdentifyOptions) => {
      await withClient(session, options, async (client) => {
        checkOptions(pictures, options);
        if (options.stream === undefined) await identifyEach(session, client, pictures, options);
        else await identifyAll(session, client, { ...options, stream: options.stream });
      });
    });
}

function checkOptions(pictures: readonly string[], options: IdentifyOptions): void {
  const isStream = options.stream !== undefined;
  if (isStream === pictures.length > 0) {
    throw new UsageError("Name pictures, or a folder of them with --stream.");
  }
  if (options.draw !== undefined && (isStream || pictures.length > 1)) {
    throw new UsageError("--draw takes one picture at a time.");
  }
  if (options.draw !== undefined) requireDrawable(options.draw);
  if (options.position !== undefined && options.accuracy === undefined) {
    throw new UsageError("Say how accurate the position is: --accuracy METRES.");
  }
}

async function identifyEach(
  session: Session,
  client: CordonClient,
  pictures: readonly string[],
  options: IdentifyOptions,
): Promise<void> {
  const answers: { picture: string; answer: IdentifyResponse__Output }[] = [];
  const failures: { picture: string; error: unknown }[] = [];
  for (const picture of pictures) {
    try {
      const request = requestOf(readFile(picture), options);
      answers.push({ picture, answer: await client.identification.identify(request) });
    } catch (error) {
      const isClients = error instanceof CordonClientError;
      failures.push({ picture, error: isClients ? await nearIds(client)(error) : error });
      // What the gate refuses once it refuses for all of them; so does a server that is gone.
      if (isClients && isFinal(error)) break;
    }
  }
  report(session, options, pictures.length, answers, failures);
  for (const { picture, answer } of answers) await draw(session, options, picture, answer);
}

function report(
  session: Session,
  options: IdentifyOptions,
  asked: number,
  answers: readonly { picture: string; answer: IdentifyResponse__Output }[],
  failures: readonly { picture: string; error: unknown }[],
): void {
  const matched = answers.some(({ answer }) =>
    answer.faces.some((face) => face.decision === "DECISION_MATCH"),
  );
  session.exitCode = matched ? ExitCode.ok : ExitCode.noMatch;
  for (const { error } of failures) session.exitCode = exitCodeOf(error);
  if (options.json) {
    const documents = [
      ...answers.map(({ picture, answer }) => ({ picture, ...(toJson(answer) as object) })),
      ...failures.map(({ picture, error }) => ({ picture, ...failureJson(error) })),
    ];
    const document = asked === 1 ? documents[0] : documents;
    session.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const paint = paintFor(session.stdout, session.env);
  for (const { picture, answer } of answers) {
    const title = asked === 1 ? "" : `${paint("bold", harmless(picture))}\n`;
    session.stdout.write(`${title}${describeAnswer(answer, paint)}\n`);
  }
  for (const { picture, error } of failures) {
    const title = asked === 1 && !isOfPicture(error) ? "" : `${harmless(picture)}: `;
    const text = describeFailure(error, paintFor(session.stderr, session.env), options);
    session.stderr.write(`${title}${text}\n`);
  }
}

/** What the server says of a picture does not name it. */
function isOfPicture(error: unknown): boolean {
  return error instanceof CordonClientError && /^(?:IMAGE|CHIP|FACE)_/.test(error.reason);
}

/** A picture that cannot be written is exit 1, whatever the answer was. */
async function draw(
  session: Session,
  options: IdentifyOptions,
  picture: string,
  answer: IdentifyResponse__Output,
): Promise<void> {
  if (options.draw === undefined) return;
  try {
    await drawAnswer(picture, answer, options.draw);
    if (options.json !== true) session.stdout.write(`drawn: ${options.draw}\n`);
  } catch (error) {
    session.exitCode = ExitCode.error;
    session.stderr.write(`${describeFailure(error, paintFor(session.stderr, session.env))}\n`);
  }
}
