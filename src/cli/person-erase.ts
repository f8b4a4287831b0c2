import type { Command } from "commander";
import type { ErasureReceipt__Output } from "../api/generated/cordon/v1/ErasureReceipt.js";
import { REASON_CHARACTERS_MAX } from "../base/reason.js";
import { CordonClientError } from "../transport/client/error.js";
import { confirm } from "./confirm.js";
import { personId } from "./ids.js";
import { createNewFile } from "./new-file.js";
import { print } from "./output.js";
import { text, timestamp } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { signedText } from "./signed-file.js";
import { facts } from "./table.js";
import { counted } from "./text.js";

const CHANNEL_CHARACTERS_MAX = 100;
const exampleId = "0b2f6f0e-3c1b-4f7e-9a51-0d8f6c3a2e11";

interface EraseOptions extends RemoteOptions {
  readonly yes?: boolean;
  readonly receipt?: string;
}

/** `cordon person erase` */
export function eraseCommand(session: Session): Command {
  return remoteCommand(
    session,
    "erase",
    "Erase a person everywhere, for ever.",
    `cordon person erase ${exampleId} --yes --receipt receipt.json`,
  )
    .argument("<person>", "id of the person", personId)
    .option("--yes", "do not ask")
    .option(
      "--reason <text>",
      "why, for the audit; no name belongs here",
      text(REASON_CHARACTERS_MAX),
    )
    .option("--receipt <file>", "keep the signed receipt in a new file")
    .action(async (id: string, options: EraseOptions & { reason?: string }) => {
      await withClient(session, options, async (client) => {
        await sure(session, id, options);
        const { reason = "" } = options;
        await withReceipt(session, options, id, () =>
          client.enrolment.erasePerson({ personId: id, reason }),
        );
      });
    });
}

interface WithdrawOptions extends EraseOptions {
  readonly channel?: string;
  readonly withdrawn?: ReturnType<typeof timestamp>;
}

/** `cordon person withdraw` */
export function withdrawCommand(session: Session): Command {
  return remoteCommand(
    session,
    "withdraw",
    "Record that a person takes their consent back, which erases them everywhere, for ever.",
    `cordon person withdraw ${exampleId} --yes --channel letter --withdrawn 2026-05-04`,
  )
    .argument("<person>", "id of the person", personId)
    .option("--yes", "do not ask")
    .option(
      "--channel <text>",
      "how they said so, for example letter",
      text(CHANNEL_CHARACTERS_MAX),
    )
    .option("--withdrawn <date>", "when they said so (default now)", timestamp)
    .option("--receipt <file>", "keep the signed receipt in a new file")
    .action(async (id: string, options: WithdrawOptions) => {
      await withClient(session, options, async (client) => {
        await sure(session, id, options);
        const { channel = "", withdrawn: withdrawTime = null } = options;
        await withReceipt(session, options, id, () =>
          client.enrolment
            .withdrawConsent({ personId: id, channel, withdrawTime })
            .catch((thrown: unknown) => {
              throw withoutConsent(thrown, id);
            }),
        );
      });
    });
}

/** Of a person enrolled by a law: names the command beside the server's method. */
function withoutConsent(thrown: unknown, id: string): unknown {
  const isLaws =
    thrown instanceof CordonClientError && thrown.reason === "STATE_TRANSITION_INVALID";
  if (!isLaws) return thrown;
  const message = `${thrown.message} The command is: cordon person erase ${id}`;
  const { status, reason, metadata } = thrown;
  return new CordonClientError({ status, reason, metadata, message, cause: thrown });
}

/** `cordon person receipt` */
export function receiptCommand(session: Session): Command {
  return remoteCommand(
    session,
    "receipt",
    "Get the signed receipt of a person's erasure, also years later.",
    `cordon person receipt ${exampleId} --out receipt.json`,
  )
    .argument("<person>", "id that the person had", personId)
    .option("--out <file>", "keep it in a new file")
    .action(async (id: string, options: RemoteOptions & { out?: string }) => {
      await withClient(session, options, async (client) => {
        const file = options.out === undefined ? null : await createNewFile(options.out);
        try {
          const { receipt } = await client.enrolment.getErasureReceipt({ personId: id });
          if (receipt !== null) await file?.write(signedText(receipt));
          if (receipt !== null) await file?.keep();
          print(session, options.json === true, receipt, (paint) =>
            receipt === null ? "-" : facts(statementOf(receipt), paint),
          );
        } finally {
          await file?.discard();
        }
      });
    });
}

async function sure(session: Session, id: string, { yes }: EraseOptions): Promise<void> {
  if (yes === true) return;
  await confirm(session, {
    what: "Erasure cannot be undone.",
    question: `Erase ${id} everywhere? It cannot be undone.`,
    no: "Nothing was erased.",
  });
}

/** A file that cannot be written is found before anything is erased. */
async function withReceipt(
  session: Session,
  options: EraseOptions,
  id: string,
  erase: () => Promise<{
    readonly templatesErased: number;
    readonly receipt: ErasureReceipt__Output | null;
  }>,
): Promise<void> {
  const file = options.receipt === undefined ? null : await createNewFile(options.receipt);
  try {
    const answer = await erase();
    if (answer.receipt !== null) {
      await file?.write(signedText(answer.receipt));
      await file?.keep();
    }
    print(
      session,
      options.json === true,
      answer,
      () => `person ${id} is erased, with ${counted(answer.templatesErased, "template")}`,
    );
  } finally {
    await file?.discard();
  }
}

/** What a receipt says, for people. */
function statementOf({ payload, publicKey }: ErasureReceipt__Output): [string, string][] {
  const key: [string, string] = ["public key", publicKey.toString("base64")];
  try {
    const said = Object.entries(JSON.parse(payload) as object);
    return [
      ...said.map(([name, value]): [string, string] => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
      key,
    ];
  } catch {
    return [["receipt", payload], key];
  }
}
