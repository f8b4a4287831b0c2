/** One fault of a YAML document. */
export interface DocumentFault {
  readonly file: string;
  /** Counted from 1 in its file. */
  readonly document: number;
  /** Counted from 1 in its file. */
  readonly line: number;
  /** Dotted path, for example `entrances.0.latitude`; empty for the document itself. */
  readonly field: string;
  readonly message: string;
}

/** Faults shown at most; a file that is no document at all has thousands. */
const FAULTS_SHOWN_MAX = 50;

/** Every fault of every document, told together. */
export class DocumentError extends Error {
  readonly faults: readonly DocumentFault[];

  constructor(faults: readonly DocumentFault[]) {
    super(tell(faults));
    this.name = "DocumentError";
    this.faults = faults;
  }
}

function tell(faults: readonly DocumentFault[]): string {
  const lines = faults
    .slice(0, FAULTS_SHOWN_MAX)
    .map(({ file, document, line, field, message }) => {
      const where = field === "" ? "" : ` ${field}:`;
      return `  ${file}:${line} (document ${document}):${where} ${message}`;
    });
  const more = faults.length - lines.length;
  if (more > 0) lines.push(`  and ${more} more`);
  const count = faults.length === 1 ? "one fault" : `${faults.length} faults`;
  return `${count}, so nothing was sent:\n${lines.join("\n")}`;
}
