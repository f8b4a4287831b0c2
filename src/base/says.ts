/**
 * True when a text says something: it has a letter or a digit. Blanks, and characters that nobody
 * sees (zero-width spaces, soft hyphens), say nothing.
 */
export function saysSomething(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
