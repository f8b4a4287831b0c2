import type { AuditFilter, AuditLine } from "./audit.js";
import { parseRecord } from "./parse-record.js";
import { broken, checkSpan, type LineSpans, readAll, readSome } from "./read-records.js";
import type { SegmentIndex } from "./segment-index.js";
import type { Segment } from "./segments.js";
import { conditionsOf, fits, hashConditions } from "./terms.js";

/** A file to look into. */
export interface QueryFile extends Segment {
  /** Null when there is none: then the file is read whole. */
  index(): Promise<SegmentIndex | null>;
  /** Whether the log itself has removed it meanwhile, after its retention. */
  wasPruned(): boolean;
}

export interface Query {
  readonly filter: AuditFilter;
  /** Only records after this one. */
  readonly afterSeq: number;
  /** And none after this one. */
  readonly untilSeq: number;
}

/**
 * The records of a log that fit, oldest first. Reads what its index names, and of that no more
 * than its caller asks for. Every record is held against its hash on the way.
 *
 * @throws AuditError BROKEN, naming the record and its file
 */
export async function* queryFiles(
  files: readonly QueryFile[],
  query: Query,
): AsyncGenerator<AuditLine> {
  for (const [at, file] of files.entries()) {
    const nextSeq = files[at + 1]?.firstSeq ?? Number.POSITIVE_INFINITY;
    if (nextSeq <= query.afterSeq + 1) continue;
    if (file.firstSeq > query.untilSeq) return;
    try {
      yield* queryFile(file, query);
    } catch (thrown) {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
      if (!file.wasPruned()) throw broken(file, file.firstSeq, "its file is missing");
    }
  }
}

async function* queryFile(file: QueryFile, query: Query): AsyncGenerator<AuditLine> {
  const { filter, afterSeq, untilSeq } = query;
  const conditions = conditionsOf(filter);
  for await (const { bytes, spans } of linesFor(file, query)) {
    for (const span of spans) {
      const { from, to, seq } = span;
      if (seq > untilSeq) return;
      if (seq <= afterSeq) continue;
      const { hash } = checkSpan(file, bytes, span);
      const record = parseRecord(bytes, from, to);
      if (record === null) throw broken(file, seq, "its content is not an audit record");
      if (fits(record, conditions, filter)) {
        yield { record, hash, line: bytes.toString("utf8", from, to) };
      }
    }
  }
}

/** The lines among which those that fit are. */
async function* linesFor(file: QueryFile, query: Query): AsyncGenerator<LineSpans> {
  const index = await file.index();
  if (index === null) {
    yield* readAll(file);
    return;
  }
  const { fromMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = query.filter;
  const [early, late] = index.timeRange(fromMs, untilMs);
  const from = Math.max(early, query.afterSeq + 1 - file.firstSeq);
  const to = Math.min(late, query.untilSeq + 1 - file.firstSeq);
  if (from >= to) return;
  const terms = hashConditions(conditionsOf(query.filter));
  const positions =
    terms.length > 0
      ? await index.find(terms, from, to)
      : Uint32Array.from({ length: to - from }, (_, at) => from + at);
  yield* readSome(file, index, positions);
}
