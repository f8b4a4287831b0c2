/** A value that can be compared and shown: text, a list in which order does not matter, or a map. */
export type Seen = string | { readonly [field: string]: Seen | undefined };

/** What a record manages, field by field; undefined where the document has no say. */
export type SeenRecord = Readonly<Record<string, Seen | undefined>>;

export interface Change {
  /** Dotted path, for example `entrances.east.position`. */
  readonly field: string;
  /** Null: not there before, or not there afterwards. */
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * What must change for `found` to become `wanted`, field by field. Fields that are undefined in
 * `wanted` are nobody's business.
 */
export function changesOf(found: SeenRecord | null, wanted: SeenRecord): readonly Change[] {
  const changes: Change[] = [];
  compare("", found ?? {}, wanted, changes, false);
  return changes;
}

/** The top-level fields that changes touch. */
export function fieldsOf(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ field }) => field.split(".")[0] ?? field))];
}

function compare(
  path: string,
  found: SeenRecord,
  wanted: SeenRecord,
  changes: Change[],
  exactly: boolean,
): void {
  const names = new Set([...Object.keys(wanted), ...(exactly ? Object.keys(found) : [])]);
  for (const name of names) {
    const [from, to] = [found[name], wanted[name]];
    if (to === undefined && !exactly) continue;
    const field = path === "" ? name : `${path}.${name}`;
    // A list without entries reads as nothing at all, on both sides.
    if (isRecord(to) || isRecord(from)) {
      compare(field, isRecord(from) ? from : {}, isRecord(to) ? to : {}, changes, true);
    } else if ((from ?? "") !== (to ?? "")) {
      changes.push({ field, from: from === undefined ? null : from, to: to ?? null });
    }
  }
}

function isRecord(value: Seen | undefined): value is SeenRecord {
  return typeof value === "object";
}
