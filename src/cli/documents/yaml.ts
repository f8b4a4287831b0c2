import {
  Composer,
  CST,
  type Document,
  isScalar,
  Lexer,
  type LineCounter,
  Parser,
  visit,
  type YAMLMap,
} from "yaml";

/**
 * Words and marks of one file: brackets, commas, line ends, values. Three geofences of every
 * allowed vertex take as many, and they are read in about two seconds.
 */
export const LEXEMES_MAX = 500_000;
/** Characters of one value: twice the longest GeoJSON. */
export const VALUE_CHARACTERS_MAX = 2 * 1024 * 1024;
/** Anchors, aliases and tags of one file. Documents need none; looking them up takes long. */
export const REFERENCES_MAX = 1000;
/** What aliases may stand for altogether, in values: a small file must not fill the memory. */
export const ALIASED_VALUES_MAX = 100;
/** Keys of one mapping; no kind of document has a tenth of it. */
export const KEYS_MAX = 1000;
/** Faults after which a file that is no YAML is not read on. */
export const YAML_FAULTS_MAX = 50;

/** What is wrong, and where it stands: characters from the beginning of the file. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** One document of a stream: its value, or what is wrong with it. */
export interface YamlDocument {
  readonly document: Document;
  /** Undefined when there are faults, null for an empty document. */
  readonly value: unknown;
  readonly faults: readonly YamlFault[];
}

/** A file that is larger or more entangled than any lawful one. */
class YamlLimitError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * The documents of a YAML or JSON text one by one, within limits: a hostile file takes about as
 * long as the largest lawful one.
 *
 * @param lines takes where each line begins
 */
export function* readYaml(text: string, lines: LineCounter): Generator<YamlDocument> {
  // The library looks for a key twice in a time that grows with the square of their number.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false });
  try {
    for (const document of composer.compose(tokensOf(text, lines))) yield readDocument(document);
  } catch (error) {
    if (!(error instanceof YamlLimitError)) throw error;
    const [document] = composer.end(true);
    if (document !== undefined) yield { document, value: undefined, faults: [error] };
  }
}

function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const limit = (message: string) => new YamlLimitError(message, parser.offset);
  let lexemes = 0;
  let references = 0;
  let faults = 0;
  let isText = false;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > LEXEMES_MAX) {
      throw limit(`has more than ${LEXEMES_MAX} words and marks: divide it into several files`);
    }
    if (lexeme.length > VALUE_CHARACTERS_MAX) {
      throw limit(`has a value of more than ${VALUE_CHARACTERS_MAX} characters`);
    }
    // What follows the mark of a plain value is text, whatever it begins with.
    if (!isText && /^[&*!]/.test(lexeme)) references += 1;
    isText = lexeme === CST.SCALAR;
    if (references > REFERENCES_MAX) {
      throw limit(`has more than ${REFERENCES_MAX} anchors, aliases and tags`);
    }
    for (const token of parser.next(lexeme)) {
      if (token.type === "error") faults += 1;
      if (faults > YAML_FAULTS_MAX) return;
      yield token;
    }
  }
  yield* parser.end();
}

function readDocument(document: Document): YamlDocument {
  const faults: YamlFault[] = document.errors
    .slice(0, YAML_FAULTS_MAX)
    .map(({ pos, code, message }) => ({
      offset: pos[0],
      message: code === "RESOURCE_EXHAUSTION" ? tooDeep : `is not YAML: ${message}`,
    }));
  if (faults.length === 0) faults.push(...keyFaults(document));
  if (faults.length > 0) return { document, value: undefined, faults };
  try {
    return { document, value: document.toJS({ maxAliasCount: ALIASED_VALUES_MAX }), faults };
  } catch (error) {
    const message = error instanceof RangeError ? tooDeep : aliasProblem(error as Error);
    return { document, value: undefined, faults: [{ offset: 0, message }] };
  }
}

const tooDeep = "is nested too deeply";

function aliasProblem(error: Error): string {
  const isBomb = error.message.startsWith("Excessive alias count");
  const why = `its aliases stand for more than ${ALIASED_VALUES_MAX} values`;
  return `is not YAML: ${isBomb ? why : error.message}`;
}

/** Mappings with too many keys, or with one twice. */
function keyFaults(document: Document): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map: (_key, map) => {
      if (faults.length >= YAML_FAULTS_MAX) return visit.BREAK;
      if (map.items.length > KEYS_MAX) {
        const message = `is a mapping of more than ${KEYS_MAX} keys`;
        faults.push({ offset: map.range?.[0] ?? 0, message });
        return visit.SKIP;
      }
      faults.push(...keysTwice(map));
      return undefined;
    },
  });
  return faults;
}

function keysTwice({ items }: YAMLMap): readonly YamlFault[] {
  const seen = new Set<string>();
  const faults: YamlFault[] = [];
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    // As a member of an object, 1 is "1".
    const name = String(key.value);
    if (seen.has(name)) {
      const message = `is not YAML: the key ${name} stands twice in one mapping`;
      faults.push({ offset: key.range?.[0] ?? 0, message });
    }
    seen.add(name);
  }
  return faults;
}
