const numbers = new Intl.NumberFormat("en-US");

/** `100,000`. */
export function number(count: number): string {
  return numbers.format(count);
}

/** `1 working day`, `12 working days`: the plural is the singular with an s unless it is given. */
export function amount(count: number, singular: string, plural = `${singular}s`): string {
  return `${number(count)} ${count === 1 ? singular : plural}`;
}
