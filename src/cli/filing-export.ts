import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type { Command } from "commander";
import type { DossierManifest__Output } from "../api/generated/cordon/v1/DossierManifest.js";
import type { ExportDossierResponse__Output } from "../api/generated/cordon/v1/ExportDossierResponse.js";
import { makeWholeFolder } from "../usecases/offline/new-folder.js";
import { ExitCode } from "./exit.js";
import { describeDossier } from "./filing-export-report.js";
import { writeNewFile } from "./new-file.js";
import { print } from "./output.js";
import { repeated, text } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { harmless } from "./text.js";

/** Largest file that is taken, bytes. */
const FILE_SIZE_BYTES_MAX = 256 * 1024 * 1024;

interface ExportOptions extends RemoteOptions {
  readonly out: string;
  readonly format?: readonly string[];
  readonly templateVersion?: string;
}

const help = `
An incomplete dossier is written too, says so, and ends with 4. None is made for an operator
without a unified social credit code.`;

/** `cordon filing export`: the dossier, in a new folder. */
export function filingExportCommand(session: Session): Command {
  return remoteCommand(
    session,
    "export",
    "Write the dossier that the authority asks for, filled from the records, into a new folder.",
    "cordon filing export --out dossier-2026-06-10\n" +
      "cordon filing export --out dossier --format pdf --format json",
  )
    .requiredOption("--out <folder>", "new folder; it has its name only once it is whole")
    .option(
      "--format <format>",
      "json, html, docx or pdf; may be given several times (default all)",
      repeated(text(16)),
    )
    .option("--template-version <version>", "of the documents (default the newest)", text(64))
    .addHelpText("after", help)
    .action(async (options: ExportOptions) => {
      await withClient(session, options, async (client) => {
        const { out, format = [], templateVersion = "", timeout: timeoutMs } = options;
        const request = { formats: [...format], templateVersion };
        const limits = timeoutMs === undefined ? {} : { timeoutMs };
        const answers = client.filing.exportDossier(request, limits);
        const manifest = await makeWholeFolder(out, (folder) => receive(answers, folder));
        const answer = { folder: out, ...manifest };
        print(session, options.json === true, answer, (paint) => describeDossier(answer, paint));
        if (!manifest.complete) session.exitCode = ExitCode.refused;
      });
    });
}

/** Writes the files in the order of the manifest, each only when it arrived as it was sent. */
async function receive(
  answers: AsyncIterable<ExportDossierResponse__Output>,
  folder: string,
): Promise<DossierManifest__Output> {
  let manifest: DossierManifest__Output | null = null;
  let chunks: Buffer[] = [];
  let sizeBytes = 0;
  let files = 0;
  for await (const { manifest: sent, data, fileEnd } of answers) {
    if (sent) manifest = sent;
    else if (data) {
      sizeBytes += data.length;
      if (sizeBytes > FILE_SIZE_BYTES_MAX) throw notWhole("a file is larger than any dossier's");
      // A decoded field is a view of the whole message.
      chunks.push(Buffer.from(data));
    } else if (fileEnd) {
      const expected = manifest?.files[files] ?? "";
      const bytes = Buffer.concat(chunks);
      const digest = createHash("sha256").update(bytes).digest();
      const isWhole = fileEnd.name === expected && digest.equals(fileEnd.sha256);
      if (!isWhole || !isFileName(expected)) throw notWhole(`"${harmless(expected)}" is damaged`);
      await writeNewFile(join(folder, expected), bytes).catch((error: NodeJS.ErrnoException) => {
        // ENOSPC, for one, names no file.
        throw new Error(`"${expected}" cannot be written (${error.message}). Nothing was kept.`);
      });
      chunks = [];
      sizeBytes = 0;
      files += 1;
    }
  }
  if (manifest === null || files !== manifest.files.length) throw notWhole("files are missing");
  return manifest;
}

/** A name from elsewhere leads nowhere but into the folder. */
function isFileName(name: string): boolean {
  return (
    name !== "" && name !== "." && name !== ".." && basename(name) === name && name.length < 200
  );
}

function notWhole(fault: string): Error {
  return new Error(`The dossier is not whole: ${fault}. Nothing was kept of it; try again.`);
}
