import { CordonClientError } from "../transport/client/error.js";
import { OMITTED_KEY } from "../transport/status-details.js";
import { cureOf } from "./cures.js";
import { DocumentError } from "./documents/errors.js";
import { ExitCode } from "./exit.js";
import { DID_YOU_MEAN } from "./near-ids.js";
import { harmless, type Paint, wrap } from "./text.js";
import { unreachable } from "./unreachable.js";

/** A mistake in how the command was called that commander itself cannot see. */
export class UsageError extends Error {}

const STOPPED = "You stopped it.";
/** Columns of wrapped explanations. */
const WIDTH = 92;

export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof UsageError) return ExitCode.usage;
  if (isStopped(thrown)) return ExitCode.stopped;
  if (thrown instanceof CordonClientError && thrown.violations.length > 0) return ExitCode.refused;
  return ExitCode.error;
}

/** What a command that its caller stopped ends with. */
export function stopped(): CordonClientError {
  return new CordonClientError({ status: "CANCELLED", message: STOPPED });
}

/** Whoever ran the command cancelled its calls. */
function isStopped(thrown: unknown): boolean {
  return thrown instanceof CordonClientError && thrown.status === "CANCELLED";
}

/** Of what was asked: the server, and the zone where there was one. */
export interface Asked {
  readonly address?: string | undefined;
  readonly zone?: string | undefined;
}

/** What went wrong, where, and what to do next, for people. */
export function describeFailure(
  thrown: unknown,
  paint: Paint,
  { address, zone }: Asked = {},
): string {
  if (!(thrown instanceof CordonClientError)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return `${paint("red", "error:")} ${harmlessLines(message)}`;
  }
  if (thrown.violations.length > 0) return describeRefusal(thrown, paint, zone);
  if (isStopped(thrown)) return STOPPED;
  if (thrown.status === "UNAVAILABLE" && thrown.reason === "") {
    return `${paint("red", "error:")} ${unreachable(thrown.message, address)}`;
  }
  const code = thrown.reason === "" ? thrown.status : thrown.reason;
  const lines = [
    `${paint("red", "error:")} ${harmless(thrown.message)} ${paint("dim", `[${code}]`)}`,
  ];
  for (const { field, description } of thrown.fields) {
    const line = `${field}: ${description}`;
    if (line !== thrown.message) lines.push(`  ${harmless(line)}`);
  }
  const next = nextStep(thrown);
  if (next !== "") lines.push(`  ${next}`);
  return lines.join("\n");
}

/** The same as JSON. */
export function failureJson(thrown: unknown): object {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof DocumentError) return { error: { message, faults: thrown.faults } };
  if (!(thrown instanceof CordonClientError)) return { error: { message } };
  const { status, reason, violations, fields, metadata, retryAfterMs } = thrown;
  return { error: { status, reason, message, violations, fields, metadata, retryAfterMs } };
}

function describeRefusal(error: CordonClientError, paint: Paint, zone?: string): string {
  const { violations } = error;
  const count = violations.length + Number(error.metadata[OMITTED_KEY] ?? 0);
  const rules = count === 1 ? "one rule is" : `${count} rules are`;
  const lines = [`${paint("red", "refused by the gate:")} ${rules} not satisfied.`];
  for (const [position, { type, subject, description }] of violations.entries()) {
    lines.push("", `  ${position + 1}. ${paint("bold", harmless(type))}  ${harmless(subject)}`);
    for (const line of wrap(harmless(description), WIDTH)) lines.push(`     ${line}`);
    // With the id that was meant the command is another one.
    const cure = description.includes(DID_YOU_MEAN) ? "" : cureOf(type, subject, description, zone);
    if (cure !== "") lines.push(`     ${paint("dim", "then:")} ${harmless(cure)}`);
  }
  if (count > violations.length) lines.push("", `  and ${count - violations.length} more.`);
  return lines.join("\n");
}

function nextStep(error: CordonClientError): string {
  if (error.retryAfterMs !== undefined) {
    return `The server asks to wait ${Math.ceil(error.retryAfterMs)} ms and try again.`;
  }
  const [kind, id = ""] = (error.metadata["resource"] ?? "").split("/");
  if (error.status === "NOT_FOUND" && kind === "gallery") {
    return `cordon gallery list shows those that there are; cordon gallery create ${harmless(id)} makes it.`;
  }
  switch (error.status) {
    case "DEADLINE_EXCEEDED":
      return "Allow more time with --timeout, for example --timeout 2m.";
    case "UNAUTHENTICATED":
      return "Give the caller's token with --token-file.";
    case "UNIMPLEMENTED":
      return "The server is of another version than this command.";
    default:
      return "";
  }
}

function harmlessLines(text: string): string {
  return text.split("\n").map(harmless).join("\n");
}
