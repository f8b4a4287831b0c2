/**
 * Text that a reader sees all of. Control characters, which XML 1.0 forbids in part, halves of
 * surrogate pairs, and marks that turn the direction of the text around them, which can make a
 * page say what it does not, are written out as 〔U+202E〕. Tabs become blanks; lines stay.
 */
export function legible(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/gu, "\n")
    .replaceAll("\t", " ")
    .replace(hidden, (run) => codePoints(run));
}

/** Joiners and variation selectors stay: names are spelt with them. */
const kept = /\n|\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u;
const hidden = new RegExp(
  `(?:(?!${kept.source})[\\p{Cc}\\p{Cs}\\p{Bidi_C}\\p{DI}\\p{NChar}\\ufff9-\\ufffb])+`,
  "gu",
);

/** `〔U+202E〕`; several in one pair of brackets. */
export function codePoints(run: string): string {
  const codes = Array.from(run, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
  return `〔${codes.join(" ")}〕`;
}
