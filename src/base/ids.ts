import { randomUUID } from "node:crypto";

/** A new random identifier (UUID v4). */
export function newId(): string {
  return randomUUID();
}

/**
 * A new identifier that begins with the time (UUID v7, RFC 9562): those made one after another
 * stand together in an index, which costs a database far less than random ones. For what may show
 * when it was made.
 */
export function newTimedId(nowMs: number): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, "0");
  // The variant and what follows it are those of v4.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const slug = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** True for an id that a caller may choose: a-z, digits, hyphens; 1 to 63; a letter first. */
export function isSlug(text: string): boolean {
  return slug.test(text);
}
