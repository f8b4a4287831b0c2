/** `1 working day`, `12 working days`: the plural is the singular with an s unless it is given. */
export function amount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? singular : plural}`;
}
