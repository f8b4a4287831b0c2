import type { Command } from "commander";
import type { CordonClient } from "../transport/client/client.js";
import { filingLine } from "./filing-report.js";
import { toJson } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";

/** `cordon filing watch`: a line now, and another whenever the filing changes. */
export function filingWatchCommand(session: Session): Command {
  return remoteCommand(
    session,
    "watch",
    "Show the filing now, and again whenever its state or a clock changes, until Ctrl-C.",
    "cordon filing watch\ncordon filing watch --json | jq .state",
  ).action(async (options: RemoteOptions) => {
    await withClient(session, options, async (client) => {
      try {
        await watch(session, client, options);
      } catch (thrown) {
        // Ctrl-C is how it ends.
        if (!session.signal.aborted) throw thrown;
      }
    });
  });
}

async function watch(session: Session, client: CordonClient, options: RemoteOptions) {
  const { timeout: timeoutMs } = options;
  const limits = timeoutMs === undefined ? {} : { timeoutMs };
  let shown = "";
  for await (const { status } of client.filing.watchFilingStatus({}, limits)) {
    if (status === null) continue;
    const line = options.json === true ? JSON.stringify(toJson(status)) : filingLine(status);
    // The server says the same again now and then, so that the connection stays.
    if (line !== shown) session.stdout.write(`${line}\n`);
    shown = line;
  }
}
