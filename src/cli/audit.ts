import { Command } from "commander";
import { auditExportCommand } from "./audit-export.js";
import { type FilterOptions, filterOf, withFilter } from "./audit-filter.js";
import { auditHeadCommand } from "./audit-head.js";
import { recordJson, summariseShortly } from "./audit-record.js";
import { auditVerifyCommand } from "./audit-verify.js";
import { instant, print } from "./output.js";
import { pages, type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";
import { verifyReceiptCommand } from "./verify-receipt.js";

/** `cordon audit`: what happened, and that nobody has altered it. */
export function auditCommand(session: Session): Command {
  return new Command("audit")
    .description("The audit: what happened, and that nobody has altered it.")
    .addCommand(list(session))
    .addCommand(auditExportCommand(session))
    .addCommand(auditHeadCommand(session))
    .addCommand(auditVerifyCommand(session))
    .addCommand(verifyReceiptCommand(session));
}

function list(session: Session): Command {
  const command = remoteCommand(
    session,
    "list",
    "List records, oldest first. That you looked is on record, too.",
    "cordon audit list --act identify --zone gate-4 --from 2026-05-04\n" +
      "cordon audit list --reason SIGNAGE_STALE --limit 20 --json",
  );
  return withFilter(withLimit(command)).action(
    async (options: RemoteOptions & FilterOptions & { limit: number }) => {
      await withClient(session, options, async (client) => {
        const filter = filterOf(options);
        const records = await pages(session, options.limit, async (page) => {
          const answer = await client.audit.queryRecords({ filter, ...page });
          return [answer.records, answer.nextPageToken];
        });
        print(session, options.json === true, { records: records.map(recordJson) }, (paint) =>
          table(
            records,
            [
              { title: "record", cell: ({ seq }) => `${seq}`, align: "right" },
              { title: "time", cell: ({ time }) => instant(time) },
              { title: "act", cell: ({ act }) => act },
              { title: "by", cell: ({ actorName }) => actorName },
              { title: "about", cell: summariseShortly },
            ],
            paint,
          ),
        );
      });
    },
  );
}
