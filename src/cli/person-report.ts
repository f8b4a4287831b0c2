import type { Command } from "commander";
import type { AuditRecord__Output } from "../api/generated/cordon/v1/AuditRecord.js";
import type { ReportPersonResponse__Output } from "../api/generated/cordon/v1/ReportPersonResponse.js";
import { recordJson, summarise } from "./audit-record.js";
import { personId } from "./ids.js";
import { createNewFile } from "./new-file.js";
import { instant } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { displayWidth, harmless, type Paint, padEnd, paintFor } from "./text.js";

/**
 * `cordon person report`: everything held about one person, and every record that names them, for
 * who has a right to know.
 */
export function personReportCommand(session: Session): Command {
  return remoteCommand(
    session,
    "report",
    "Report everything held about one person, and every record that names them.",
    "cordon person report 0b2f6f0e-3c1b-4f7e-9a51-0d8f6c3a2e11 --out report.txt",
  )
    .argument("<person>", "id of the person, also of one who was erased", personId)
    .option("--out <file>", "write it into a new file")
    .action(async (id: string, options: RemoteOptions & { out?: string }) => {
      await withClient(session, options, async (client) => {
        const { out, json, timeout } = options;
        const limit = timeout === undefined ? {} : { timeoutMs: timeout };
        const parts = client.audit.reportPerson({ personId: id }, limit);
        const file = out === undefined ? null : await createNewFile(out);
        const plain: Paint = (_style, text) => text;
        const paint = file === null ? paintFor(session.stdout, session.env) : plain;
        try {
          const pieces = json === true ? jsonPieces(parts) : textPieces(parts, paint);
          for await (const piece of pieces) {
            if (file === null) session.stdout.write(piece);
            else await file.write(piece);
          }
          await file?.keep();
          if (file !== null) session.stderr.write(`the report is in ${out}\n`);
        } finally {
          await file?.discard();
        }
      });
    });
}

type Parts = AsyncIterable<ReportPersonResponse__Output>;

/** One document, `held` first, written as it comes: there may be many records. */
async function* jsonPieces(parts: Parts): AsyncGenerator<string> {
  let records = 0;
  for await (const { heldJson, record } of parts) {
    if (heldJson !== undefined) yield `{\n"held": ${JSON.stringify(heldOf(heldJson), null, 2)},`;
    if (!record) continue;
    yield `${records === 0 ? '\n"records": [' : ","}\n${JSON.stringify(recordJson(record))}`;
    records += 1;
  }
  yield records === 0 ? '\n"records": []\n}\n' : "\n]\n}\n";
}

async function* textPieces(parts: Parts, paint: Paint): AsyncGenerator<string> {
  let records = 0;
  for await (const { heldJson, record } of parts) {
    if (heldJson !== undefined) yield `${heldText(heldOf(heldJson), paint)}\n`;
    if (!record) continue;
    if (records === 0) yield `\n${paint("bold", "records that name them, oldest first")}\n`;
    records += 1;
    yield `${recordText(record)}\n`;
  }
  yield records === 0 ? "\nno record names them\n" : "";
}

function recordText(record: AuditRecord__Output): string {
  const { seq, time, act, actorName } = record;
  const about = summarise(record);
  return harmless(`  ${instant(time)}  ${act} by ${actorName} (record ${seq})  ${about}`).trimEnd();
}

function heldOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error("The server sent a report that cannot be read. It is of another version.");
  }
}

/** What is held, as indented lines: labels from the names of the members. */
function heldText(held: unknown, paint: Paint): string {
  return [paint("bold", "held"), ...lines(held, "  ", paint)].join("\n");
}

function lines(value: unknown, indent: string, paint: Paint): string[] {
  if (typeof value !== "object" || value === null) return [`${indent}${shown(value)}`];
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item, position): [string, unknown] => [`${position + 1}`, item])
    : Object.entries(value);
  const labels = entries.map(([name]) => labelOf(name));
  const width = Math.max(0, ...labels.map(displayWidth));
  return entries.flatMap(([, member], at) => {
    const label = labels[at] ?? "";
    if (isPlain(member))
      return [`${indent}${paint("dim", padEnd(label, width))}  ${shown(member)}`];
    return [`${indent}${paint("dim", label)}`, ...lines(member, `${indent}  `, paint)];
  });
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item !== "object");
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (Array.isArray(value)) return harmless(value.join(", ")) || "none";
  if (typeof value === "object") return "-";
  return harmless(String(value));
}

/** `retentionDeadline` as `retention deadline`. */
function labelOf(name: string): string {
  return harmless(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}
