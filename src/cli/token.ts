import { Command, Option } from "commander";
import { stringify } from "yaml";
import { type Role, roles } from "../access/access.js";
import { newToken } from "../access/tokens.js";
import { UsageError } from "./failure.js";
import { print } from "./output.js";
import { slug } from "./parse.js";
import { type OutputOptions, plainCommand } from "./remote.js";
import type { Session } from "./session.js";

interface NewOptions extends OutputOptions {
  readonly name: string;
  readonly role: Role;
  readonly camera?: string;
}

/** `cordon token`: credentials for callers. Works without a server. */
export function tokenCommand(session: Session): Command {
  return new Command("token").description("Make tokens for callers.").addCommand(make(session));
}

function make(session: Session): Command {
  return plainCommand(
    "new",
    "Make a new token, and the entry of the server's token file that knows it.",
    "cordon token new --name gate-4 --role camera --camera gate-4",
  )
    .requiredOption("--name <name>", "what the audit calls the caller")
    .addOption(
      new Option("--role <role>", "what the caller may do").choices(roles).makeOptionMandatory(),
    )
    .option("--camera <id>", "the camera that a caller of role camera speaks for", slug)
    .action((options: NewOptions) => {
      const { name, role, camera } = options;
      if ((role === "camera") !== (camera !== undefined)) {
        throw new UsageError("--camera goes with --role camera, and with no other role");
      }
      const { token, sha256 } = newToken();
      const cameraId = camera === undefined ? {} : { camera_id: camera };
      const entry = { name, role, ...cameraId, token_sha256: sha256 };
      print(session, options.json === true, { token, entry }, () =>
        [
          "Give this token to the caller; it is shown once and kept nowhere:",
          `  ${token}`,
          "",
          "Add this to the callers of the server's token file, and start the server again:",
          indent(stringify([entry])),
        ].join("\n"),
      );
    });
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
