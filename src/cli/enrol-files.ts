import { readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { type PersonFile, readPersonFile } from "./enrol-person-file.js";
import { filesIn } from "./files-in.js";

/** Files that are taken for pictures when a folder is read. */
const pictureExtensions = new Set(
  [".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".tif", ".tiff", ".gif"].values(),
);

/** A folder of one person. */
export interface PersonFolder {
  /** Name of the folder. */
  readonly name: string;
  /** Its pictures, by name. */
  readonly pictures: readonly string[];
  /** Its file `consent.*`, the evidence of this person's consent, when there is one. */
  readonly consent: string | undefined;
  /** What its `person.yaml` says of the person, when there is one. */
  readonly file: PersonFile | undefined;
}

/**
 * The folders of a folder, one for each person, by name; hidden ones are passed over.
 *
 * @throws Error when it is no folder or has no folders
 */
export function personFolders(root: string): PersonFolder[] {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${root}: is not a folder.`);
  }
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
  if (names.length === 0) {
    throw new Error(
      `${root}: has no folders. Put each person's pictures into a folder of its own.`,
    );
  }
  return names.map((name) => personFolder(join(root, name)));
}

function personFolder(folder: string): PersonFolder {
  const files = filesIn(folder).filter((name) => !name.startsWith("."));
  const isConsent = (file: string) => /^(guardian-)?consent\.[^.]+$/i.test(file);
  const consent = files.find((file) => /^consent\./i.test(file));
  const personFile = files.find((file) => /^person\.ya?ml$/i.test(file));
  return {
    name: basename(folder),
    pictures: files
      .filter((file) => !isConsent(file) && pictureExtensions.has(extname(file).toLowerCase()))
      .map((file) => join(folder, file)),
    consent: consent === undefined ? undefined : join(folder, consent),
    file: personFile === undefined ? undefined : readPersonFile(join(folder, personFile), folder),
  };
}
