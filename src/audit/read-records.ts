import { open } from "node:fs/promises";
import { AuditError } from "./audit-error.js";
import { lineBlocks, newline } from "./line-blocks.js";
import { type LinePlace, readLine } from "./record.js";
import type { SegmentIndex } from "./segment-index.js";
import type { Segment } from "./segments.js";

/** Bytes that are read at once at most, unless one line is longer. */
const readTogetherBytes = 262_144;
/** Bytes between two wanted lines up to which both are read at once. */
const gapSizeBytesMax = 16_384;
/** Records whose places are looked up at once. */
const placesTogether = 8_192;

/** Lines in one piece of memory, good until the next piece is asked for. */
export interface LineSpans {
  readonly bytes: Buffer;
  readonly spans: readonly Span[];
}

/** Where a line is, its newline not included, and which record must stand there. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly seq: number;
}

/** All lines of a file, in order. What stands after the last newline is left out. */
export async function* readAll(segment: Segment): AsyncGenerator<LineSpans> {
  let seq = segment.firstSeq;
  for await (const { bytes, whole } of lineBlocks(segment.path)) {
    if (!whole) return;
    const spans: Span[] = [];
    for (let from = 0; from < bytes.length; ) {
      const to = bytes.indexOf(newline, from);
      spans.push({ from, to, seq });
      seq += 1;
      from = to + 1;
    }
    yield { bytes, spans };
  }
}

/** The lines at some positions of a file, ascending; those near to one another read at once. */
export async function* readSome(
  segment: Segment,
  index: SegmentIndex,
  positions: Uint32Array,
): AsyncGenerator<LineSpans> {
  if (positions.length === 0) return;
  const file = await open(segment.path, "r");
  try {
    for (let at = 0; at < positions.length; at += placesTogether) {
      const some = positions.subarray(at, at + placesTogether);
      for (const group of together(await linesAt(segment, index, some))) {
        const start = group[0]?.from ?? 0;
        const bytes = Buffer.allocUnsafeSlow((group.at(-1)?.to ?? 0) - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        const spans = group.map(({ from, to, seq }) => ({
          from: from - start,
          to: to - start,
          seq,
        }));
        if (bytesRead < bytes.length) throw broken(segment, group[0]?.seq ?? 0, "it was cut off");
        yield { bytes, spans };
      }
    }
  } finally {
    await file.close();
  }
}

/**
 * The place of a line, checked.
 *
 * @throws AuditError BROKEN when its hash is not that of its content, or it is another record
 */
export function checkSpan(segment: Segment, bytes: Buffer, { from, to, seq }: Span): LinePlace {
  const place = readLine(bytes, from, to);
  if (typeof place === "string") throw broken(segment, seq, place);
  if (place.seq !== seq) throw broken(segment, seq, `its sequence number is ${place.seq}`);
  return place;
}

export function broken({ path }: Segment, seq: number, fault: string): AuditError {
  return new AuditError(
    "BROKEN",
    `The audit log is broken at record ${seq} ("${path}"): ${fault}. Check the whole log, and keep ` +
      "its directory as it is for the inspection.",
  );
}

async function linesAt(
  { firstSeq }: Segment,
  index: SegmentIndex,
  positions: Uint32Array,
): Promise<readonly Span[]> {
  const first = positions[0] ?? 0;
  const offsets = await index.offsets(first, (positions.at(-1) ?? 0) + 1);
  return Array.from(positions, (position) => ({
    from: offsets[position - first] ?? 0,
    to: (offsets[position - first + 1] ?? 0) - 1,
    seq: firstSeq + position,
  }));
}

function together(lines: readonly Span[]): readonly (readonly Span[])[] {
  const groups: Span[][] = [];
  let group: Span[] = [];
  for (const line of lines) {
    const start = group[0]?.from ?? line.from;
    const end = group.at(-1)?.to ?? line.from;
    if (line.from - end > gapSizeBytesMax || line.to - start > readTogetherBytes) {
      groups.push(group);
      group = [];
    }
    group.push(line);
  }
  groups.push(group);
  return groups.filter(({ length }) => length > 0);
}
