import type { z } from "zod";
import type { DocumentFault } from "./errors.js";
import type { RawDocument } from "./read.js";

/**
 * A document through its schema; null, with its faults added, when it does not fit.
 *
 * @param what the document is, for messages
 */
export function checkDocument<T>(
  raw: RawDocument,
  schema: z.ZodType<T>,
  what: string,
  faults: DocumentFault[],
): T | null {
  const parsed = schema.safeParse(raw.value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    if (issue.code !== "unrecognized_keys") {
      faults.push(faultAt(raw, issue.path, messageOf(issue)));
      continue;
    }
    for (const key of issue.keys) {
      faults.push(faultAt(raw, [...issue.path, key], `is not a field of ${what}`));
    }
  }
  return null;
}

export function faultAt(
  raw: RawDocument,
  path: readonly PropertyKey[],
  message: string,
): DocumentFault {
  const { file, position: document } = raw;
  return { file, document, line: raw.lineOf(path), field: path.map(String).join("."), message };
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_type") return issue.message;
  if (issue.message.endsWith("received undefined")) return "is required";
  return issue.expected === "string" ? "must be text: put it in quotes" : issue.message;
}
