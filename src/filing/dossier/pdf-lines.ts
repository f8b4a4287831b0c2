import { drawable, type Typeface } from "./pdf-fonts.js";

/** May not begin a line (GB/T 15834, 5.1.10 and the like). */
const noStart = new Set("、。，．：；！？）》〉」』】〕〗”’％‰℃…—·,.:;!?)]}%");
/** May not end one. */
const noEnd = new Set("（《〈「『【〔〖“‘([{");
/** Tokens that are carried over to the next line at most. */
const CARRIED_MAX = 4;
const ELLIPSIS = "……";
/** Latin words and numbers stay whole; of other scripts each character stands by itself. */
const tokenForm = /[!-~\u00a1-\u024f]+|./gsu;

interface Token {
  readonly text: string;
  readonly width: number;
}

/**
 * Lines that are no wider than the width, in points; every line of the text begins a new one.
 * Time in proportion to the text.
 */
export function wrap(text: string, width: number, size: number, face: Typeface): string[] {
  return drawable(text, face)
    .split("\n")
    .flatMap((paragraph) => wrapParagraph(paragraph, width / size, face));
}

function wrapParagraph(paragraph: string, width: number, face: Typeface): string[] {
  const lines: string[] = [];
  let line: Token[] = [];
  let used = 0;
  for (const token of tokensOf(paragraph, width, face)) {
    if (used + token.width > width && line.length > 0) {
      const wanted = carriedOver(line, token);
      const wide = sum(wanted) + token.width > width;
      const carried = wide ? [] : wanted;
      lines.push(textOf(line.slice(0, line.length - carried.length)));
      line = carried;
      used = sum(carried);
      if (line.length === 0 && token.text === " ") continue;
    }
    line.push(token);
    used += token.width;
  }
  return [...lines, textOf(line)];
}

function* tokensOf(paragraph: string, width: number, face: Typeface): Generator<Token> {
  for (const [text] of paragraph.matchAll(tokenForm)) {
    const token = { text, width: widthOf(text, face) };
    if (token.width <= width) yield token;
    else for (const character of text) yield { text: character, width: face.widthOf(character) };
  }
}

/** Of the line's end, what must stand together with the token that begins the next. */
function carriedOver(line: readonly Token[], next: Token): Token[] {
  let carried = 0;
  let first = next;
  while (carried < CARRIED_MAX && carried < line.length - 1) {
    const last = line[line.length - 1 - carried];
    if (last === undefined) break;
    const forbidden = noStart.has(first.text.charAt(0)) || noEnd.has(last.text.slice(-1));
    if (!forbidden) break;
    carried += 1;
    first = last;
  }
  return carried === 0 ? [] : line.slice(-carried);
}

function sum(tokens: readonly Token[]): number {
  return tokens.reduce((whole, { width }) => whole + width, 0);
}

export function widthOf(text: string, face: Typeface): number {
  let width = 0;
  for (const character of text) width += face.widthOf(character);
  return width;
}

function textOf(line: readonly Token[]): string {
  return line.map(({ text }) => text).join("");
}

/** The text on one line that is no wider than the width, in points: cut at its end, with ……. */
export function fitted(text: string, width: number, size: number, face: Typeface): string {
  const line = drawable(text, face).replaceAll("\n", " ");
  if (widthOf(line, face) * size <= width) return line;
  let left = width / size - widthOf(ELLIPSIS, face);
  let cut = "";
  for (const character of line) {
    left -= face.widthOf(character);
    if (left < 0) break;
    cut += character;
  }
  return cut + ELLIPSIS;
}
