/** An instant as people read it in a refusal: UTC, RFC 3339. */
export function instantText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "an unknown time" : date.toISOString();
}
