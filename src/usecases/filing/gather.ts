import type { Page, PageRequest } from "../../store/store.js";
import { everyItem } from "../load.js";

/** Everything of a paged listing, of each the part that is kept. */
export async function gather<T, Kept>(
  list: (page: PageRequest) => Promise<Page<T>>,
  keep: (item: T) => Kept,
): Promise<readonly Kept[]> {
  const all: Kept[] = [];
  for await (const item of everyItem(list)) all.push(keep(item));
  return all;
}

/** Everything of a paged listing. */
export function gatherAll<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  return gather(list, (item) => item);
}
