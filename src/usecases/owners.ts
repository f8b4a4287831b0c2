import type { PersonRow } from "../store/person-records.js";
import type { Store } from "../store/store.js";

/** Template ids in one call of the store; one query alone has 100 for each of its faces at most. */
export const OWNERS_TOGETHER_MAX = 4_096;

/** Whose templates are: the store's answer, asked for many queries at once. */
export interface Owners {
  /**
   * The persons of these templates, by template id, as the store has them after this was asked;
   * without those that it does not know, and perhaps with others.
   * @throws as `Store.listOwners` does
   */
  of(templateIds: readonly string[]): Promise<ReadonlyMap<string, PersonRow>>;
}

interface Gathered {
  readonly templateIds: Set<string>;
  readonly answer: Promise<ReadonlyMap<string, PersonRow>>;
  send(): void;
}

/**
 * Queries whose search ended together ask together: a call of the store costs the event loop and
 * its thread more than a person in it.
 */
export function createOwners(store: Pick<Store, "listOwners">): Owners {
  let gathered: Gathered | null = null;

  function open(): Gathered {
    const templateIds = new Set<string>();
    let send = () => {};
    const answer = new Promise<ReadonlyMap<string, PersonRow>>((resolve) => {
      send = () => {
        gathered = null;
        resolve(store.listOwners([...templateIds]));
      };
    });
    const opened: Gathered = { templateIds, answer, send };
    // After all microtasks, in which the queries of one batch of the index go on.
    process.nextTick(() => {
      if (gathered === opened) send();
    });
    return opened;
  }

  return {
    of(templateIds) {
      const taken = gathered?.templateIds.size ?? 0;
      if (taken > 0 && taken + templateIds.length > OWNERS_TOGETHER_MAX) gathered?.send();
      gathered ??= open();
      for (const templateId of templateIds) gathered.templateIds.add(templateId);
      return gathered.answer;
    },
  };
}
