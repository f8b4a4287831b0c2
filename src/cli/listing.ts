import type { Command } from "commander";
import type { CordonClient } from "../transport/client/client.js";
import { print } from "./output.js";
import { slug } from "./parse.js";
import { type Page, pages, type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { type Column, table } from "./table.js";

export interface ListOptions extends RemoteOptions {
  readonly limit: number;
}

/**
 * What a list command does: fetches up to --limit entries and prints them as a table, or as JSON.
 *
 * @param name of the entries in JSON
 * @param fetch one page, and the token of the next or ""
 */
export async function printList<Row>(
  session: Session,
  options: ListOptions,
  name: string,
  fetch: (client: CordonClient, page: Page) => Promise<readonly [readonly Row[], string]>,
  columns: readonly Column<Row>[],
): Promise<void> {
  await withClient(session, options, async (client) => {
    const rows = await pages(session, options.limit, (page) => fetch(client, page));
    print(session, options.json === true, { [name]: rows }, (paint) => table(rows, columns, paint));
  });
}

/** A command that removes what is named by its zone and an id of its own. */
export function removeCommand(
  session: Session,
  of: {
    /** What it is called: `egress basis`. */
    readonly what: string;
    /** What its argument is called: `basis`. */
    readonly argument: string;
    readonly zoneHelp: string;
    readonly example: string;
    readonly remove: (client: CordonClient, zoneId: string, id: string) => Promise<unknown>;
  },
): Command {
  const { what, argument, zoneHelp, example, remove } = of;
  const article = /^[aeiou]/.test(what) ? "an" : "a";
  return remoteCommand(session, "remove", `Remove ${article} ${what}.`, example)
    .argument(`<${argument}>`, `id of the ${argument}`, slug)
    .requiredOption("--zone <zone>", zoneHelp, slug)
    .action(async (id: string, options: RemoteOptions & { zone: string }) => {
      await withClient(session, options, async (client) => {
        await remove(client, options.zone, id);
        const told = `${what} ${id} of ${options.zone} is removed`;
        print(session, options.json === true, {}, () => told);
      });
    });
}
