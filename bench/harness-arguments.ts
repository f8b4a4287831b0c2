import { UsageError } from "./errors.js";

/** What the harness itself takes from the command line. */
export interface HarnessArguments {
  readonly suite: string | undefined;
  readonly json: boolean;
  /** Where the JSON is written too; null: in the output folder alone. */
  readonly jsonFile: string | null;
  readonly help: boolean;
  readonly outDir: string;
  /** The suite's own arguments, in order. */
  readonly rest: readonly string[];
}

export const defaultOutDir = "bench-output";

/** Takes the harness's options out of the line; they may stand anywhere. @throws UsageError */
export function parseHarness(argv: readonly string[]): HarnessArguments {
  const rest: string[] = [];
  let json = false;
  let jsonFile: string | null = null;
  let help = false;
  let outDir = defaultOutDir;
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--json" && argv[index + 1]?.endsWith(".json")) jsonFile = argv[++index] ?? null;
    else if (word === "--json") json = true;
    else if (word.startsWith("--json=")) jsonFile = jsonPath(word.slice("--json=".length));
    else if (word === "--help" || word === "-h") help = true;
    else if (word.startsWith("--out=")) outDir = folder(word.slice("--out=".length));
    else if (word === "--out") outDir = folder(argv[++index]);
    else rest.push(word);
  }
  const suite = rest[0]?.startsWith("-") === true ? undefined : rest.shift();
  return { suite, json, jsonFile, help, outDir, rest };
}

function folder(text: string | undefined): string {
  if (text === undefined || text === "" || text.startsWith("--")) {
    throw new UsageError("--out needs a folder");
  }
  return text;
}

function jsonPath(text: string): string {
  if (text === "") throw new UsageError("--json= needs a file");
  return text;
}

/** The command as a person would type it again. */
export function shellCommand(argv: readonly string[]): string {
  const quoted = argv.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`,
  );
  return ["npm run bench --", ...quoted].join(" ");
}
