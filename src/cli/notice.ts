import { Command } from "commander";
import type { Notice__Output } from "../api/generated/cordon/v1/Notice.js";
import { loadDocument } from "./documents/kinds.js";
import { noticeRequest } from "./documents/notice.js";
import { type ListOptions, printList } from "./listing.js";
import { instant, print, shortName } from "./output.js";
import { integer, slug } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import { harmless, type Paint, wrap } from "./text.js";
import { typed } from "./words.js";

const VERSION_MAX = 1_000_000;
/** Columns of wrapped texts. */
const WIDTH = 88;

/** `cordon notice`: what people are told before their faces are processed (Art. 5). */
export function noticeCommand(session: Session): Command {
  return new Command("notice")
    .description("Notices: what people are told before their faces are processed.")
    .addCommand(publish(session))
    .addCommand(list(session))
    .addCommand(show(session))
    .addCommand(withdraw(session));
}

const fileHelp = `
The file is one YAML document as "cordon apply" takes it, for example
deploy/examples/plaza/notice.yaml. Unlike apply, this publishes a new version every time: use it
to say that a text is still true after its zone has changed.`;

function publish(session: Session): Command {
  return remoteCommand(
    session,
    "publish",
    "Publish a new version. Consents to earlier versions permit no enrolment any more.",
    "cordon notice publish --file notice.yaml",
  )
    .requiredOption("-f, --file <file>", "YAML or JSON with the five items in each language")
    .addHelpText("after", fileHelp)
    .action(async (options: RemoteOptions & { file: string }) => {
      await withClient(session, options, async (client) => {
        const request = noticeRequest(loadDocument(options.file, "Notice"));
        const { notice } = await client.notice.publishNotice({ notice: request });
        print(session, options.json === true, notice, (paint) => describe(notice, paint));
      });
    });
}

function list(session: Session): Command {
  const command = remoteCommand(session, "list", "List notices.", "cordon notice list");
  return withLimit(command)
    .option("--zone <zone>", "only those of this zone", slug)
    .action(async (options: ListOptions & { zone?: string }) => {
      const zoneId = options.zone ?? "";
      await printList(
        session,
        options,
        "notices",
        async (client, page) => {
          const answer = await client.notice.listNotices({ zoneId, ...page });
          return [answer.notices, answer.nextPageToken];
        },
        [
          { title: "notice", cell: (notice) => notice.noticeId },
          { title: "version", cell: (notice) => `${notice.version}`, align: "right" },
          {
            title: "state",
            cell: stateOf,
            style: (notice) => (notice.current ? "green" : "dim"),
          },
          { title: "published", cell: (notice) => instant(notice.publishTime) },
          { title: "languages", cell: languagesOf },
          { title: "zones", cell: (notice) => notice.zoneIds.join(", ") },
        ],
      );
    });
}

function show(session: Session): Command {
  return remoteCommand(session, "show", "Show a notice with its texts.", "cordon notice show plaza")
    .argument("<notice>", "id of the notice", slug)
    .option("--notice-version <n>", "this version (default the newest)", integer(1, VERSION_MAX))
    .action(async (noticeId: string, options: RemoteOptions & { noticeVersion?: number }) => {
      await withClient(session, options, async (client) => {
        const { noticeVersion: version = 0 } = options;
        const { notice } = await client.notice.getNotice({ noticeId, version });
        print(session, options.json === true, notice, (paint) => describe(notice, paint, true));
      });
    });
}

function withdraw(session: Session): Command {
  return remoteCommand(
    session,
    "withdraw",
    "Take a notice out of force, from the next query on.",
    "cordon notice withdraw plaza",
  )
    .argument("<notice>", "id of the notice", slug)
    .action(async (noticeId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { notice } = await client.notice.withdrawNotice({ noticeId });
        print(session, options.json === true, notice, () => `notice ${noticeId} is withdrawn`);
      });
    });
}

function describe(notice: Notice__Output | null, paint: Paint, whole = false): string {
  if (notice === null) return "-";
  const formats = notice.accessibleFormats.map((format) =>
    typed(shortName(format, "ACCESSIBLE_FORMAT_")),
  );
  const head = facts(
    [
      ["notice", notice.noticeId],
      ["version", `${notice.version}`],
      ["state", stateOf(notice)],
      ["published", instant(notice.publishTime)],
      ["zones", notice.zoneIds.join(", ")],
      ["languages", languagesOf(notice)],
      ["formats", formats.join(", ") || "none"],
    ],
    paint,
  );
  if (!whole) return head;
  const texts = notice.texts.map((text) => {
    const items = [
      text.processor,
      text.purposeMethodRetention,
      text.necessityImpact,
      text.rights,
      text.other,
    ];
    const lines = items.flatMap((item, index) =>
      wrap(`(${index + 1}) ${item}`.split("\n").map(harmless).join(" "), WIDTH),
    );
    return `\n${paint("bold", harmless(text.language))}\n${lines.join("\n")}`;
  });
  return [head, ...texts].join("\n");
}

function stateOf(notice: Notice__Output): string {
  if (notice.current) return "in force";
  return notice.withdrawTime === null ? "replaced" : "withdrawn";
}

function languagesOf({ texts }: Notice__Output): string {
  return texts.map(({ language }) => language).join(", ");
}
