import { Command, CommanderError } from "commander";
import { applyCommand } from "./apply.js";
import { auditCommand } from "./audit.js";
import { backupCommand } from "./backup.js";
import { cameraCommand } from "./camera.js";
import { enrolCommand } from "./enrol.js";
import { ExitCode, exitCodeHelp } from "./exit.js";
import { describeFailure, exitCodeOf } from "./failure.js";
import { filingCommand } from "./filing.js";
import { galleryCommand } from "./gallery.js";
import { identifyCommand } from "./identify.js";
import { incidentCommand } from "./incident.js";
import { infoCommand } from "./info.js";
import { keysCommand } from "./keys.js";
import { noticeCommand } from "./notice.js";
import { operatorCommand } from "./operator.js";
import { personCommand } from "./person.js";
import { piaCommand } from "./pia.js";
import { restoreCommand } from "./restore.js";
import { reviewCommand } from "./review.js";
import { safeguardCommand } from "./safeguard.js";
import { serveCommand } from "./serve.js";
import type { Session } from "./session.js";
import { signCommand } from "./sign.js";
import { paintFor } from "./text.js";
import { tokenCommand } from "./token.js";
import { zoneCommand } from "./zone.js";

/**
 * Runs one command line.
 *
 * @param args what follows the program's name
 * @param extra commands that belong to the program beside those that call a server
 * @returns the exit code
 */
export async function runCli(
  args: readonly string[],
  session: Session,
  version: string,
  extra: readonly Command[] = [],
): Promise<ExitCode> {
  const program = programOf(session, version, extra);
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return ExitCode.usage;
    }
    await program.parseAsync(args, { from: "user" });
    return session.exitCode;
  } catch (thrown) {
    // Commander has told already; its 0 is for --help and --version.
    if (thrown instanceof CommanderError) {
      return thrown.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    }
    session.stderr.write(`${describeFailure(thrown, paintFor(session.stderr, session.env))}\n`);
    return exitCodeOf(thrown);
  }
}

/** The program with all its commands, and `extra` beside them. */
export function programOf(session: Session, version: string, extra: readonly Command[]): Command {
  const program = new Command("cordon")
    .description("1:N face identification that answers only inside a registered, lawful zone.")
    .version(version, "-V, --version")
    .addHelpText("after", exitCodeHelp);
  const commands = [
    serveCommand(session),
    infoCommand(session),
    operatorCommand(session),
    tokenCommand(session),
    applyCommand(session),
    zoneCommand(session),
    signCommand(session),
    cameraCommand(session),
    galleryCommand(session),
    noticeCommand(session),
    piaCommand(session),
    incidentCommand(session),
    safeguardCommand(session),
    enrolCommand(session),
    personCommand(session),
    reviewCommand(session),
    identifyCommand(session),
    filingCommand(session),
    auditCommand(session),
    keysCommand(session),
    backupCommand(session),
    restoreCommand(session),
    ...extra,
  ];
  for (const command of commands) program.addCommand(command);
  takeOver(program, session);
  return program;
}

/** Usage errors are thrown, not exits; text goes to the session. */
function takeOver(command: Command, session: Session): void {
  const width = (sink: Session["stdout"]) => sink.columns ?? 96;
  command
    .exitOverride()
    .showHelpAfterError(`Run "${pathOf(command)} --help" for what it takes.`)
    .configureOutput({
      writeOut: (text) => void session.stdout.write(text),
      writeErr: (text) => void session.stderr.write(text),
      getOutHelpWidth: () => width(session.stdout),
      getErrHelpWidth: () => width(session.stderr),
    });
  for (const child of command.commands) takeOver(child, session);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
