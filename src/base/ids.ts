import { randomUUID } from "node:crypto";

/** A new random identifier (UUID v4). */
export function newId(): string {
  return randomUUID();
}

const slug = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** True for an id that a caller may choose: a-z, digits, hyphens; 1 to 63; a letter first. */
export function isSlug(text: string): boolean {
  return slug.test(text);
}
