import type { PersonRow, TemplateRow } from "./person-records.js";
import type { NewPerson } from "./store.js";
import type { ScannedTemplate } from "./template-scan.js";

/**
 * Rows as they cross between threads: one text and one block of bytes. To clone hundreds of records
 * with small arrays of their own takes half as long again, in the thread that answers queries too.
 */
export interface PackedRows {
  /** JSON of `PackedRow[]`. */
  readonly text: string;
  /** The bytes of all rows, in their order; its buffer is handed over. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A row with the sizes of its bytes in their place. */
interface PackedRow {
  readonly person: Omit<PersonRow, ByteField> & { readonly [Field in ByteField]: number | null };
  readonly templates: readonly (Omit<TemplateRow, "sealed"> & { readonly sealed: number })[];
  readonly merge: NewPerson["merge"];
  readonly distinct: NewPerson["distinct"];
}
type ByteField = "wrappedKey" | "requestKey" | "sealedDetails";

export function packRows(rows: readonly NewPerson[]): PackedRows {
  const parts: Uint8Array[] = [];
  let size = 0;
  const take = (part: Uint8Array): number => {
    parts.push(part);
    size += part.length;
    return part.length;
  };
  const packed = rows.map(({ person, templates, merge, distinct }): PackedRow => {
    const { wrappedKey, requestKey, sealedDetails } = person;
    return {
      person: {
        ...person,
        wrappedKey: take(wrappedKey),
        requestKey: requestKey === null ? null : take(requestKey),
        sealedDetails: take(sealedDetails),
      },
      templates: templates.map((template) => ({ ...template, sealed: take(template.sealed) })),
      merge,
      distinct,
    };
  });
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { text: JSON.stringify(packed), bytes };
}

/** The rows again; their bytes are views of the one block. */
export function unpackRows({ text, bytes }: PackedRows): readonly NewPerson[] {
  let at = 0;
  const take = (size: number): Uint8Array => {
    at += size;
    return bytes.subarray(at - size, at);
  };
  const rows = JSON.parse(text) as readonly PackedRow[];
  return rows.map(({ person, templates, merge, distinct }) => {
    // In the order in which they were packed.
    const wrappedKey = take(person.wrappedKey ?? 0);
    const requestKey = person.requestKey === null ? null : take(person.requestKey);
    const sealedDetails = take(person.sealedDetails ?? 0);
    return {
      person: { ...person, wrappedKey, requestKey, sealedDetails },
      templates: templates.map((template) => ({ ...template, sealed: take(template.sealed) })),
      merge,
      distinct,
    };
  });
}

/** A batch of a scan: templates of one row, which come together, share its record. */
export function packScan(batch: readonly ScannedTemplate[]): PackedRows {
  const rows: { person: PersonRow; templates: TemplateRow[] }[] = [];
  for (const { person, template } of batch) {
    const last = rows.at(-1);
    if (last?.person === person) last.templates.push(template);
    else rows.push({ person, templates: [template] });
  }
  return packRows(rows.map((row) => ({ ...row, merge: null, distinct: [] })));
}

export function unpackScan(packed: PackedRows): readonly ScannedTemplate[] {
  return unpackRows(packed).flatMap(({ person, templates }) =>
    templates.map((template) => ({ person, template })),
  );
}
