import { setMaxListeners } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { accuracySuite } from "./accuracy/suite.js";
import { BenchError, errorText, UsageError } from "./errors.js";
import { filingSuite } from "./filing/suite.js";
import { gateSuite } from "./gate/suite.js";
import { type HarnessArguments, parseHarness, shellCommand } from "./harness-arguments.js";
import { indexSuite } from "./index/suite.js";
import { describeMachine, machineLine } from "./machine.js";
import { peopleSuite } from "./people/suite.js";
import { serviceSuite } from "./service/suite.js";
import { soakSuite } from "./soak/suite.js";
import type { Suite, SuiteResult } from "./suite.js";
import { visionSuite } from "./vision/suite.js";

const suites: readonly Suite[] = [
  accuracySuite,
  filingSuite,
  gateSuite,
  indexSuite,
  peopleSuite,
  serviceSuite,
  soakSuite,
  visionSuite,
];

/** The streams and the signal of one run; tests put their own. */
export interface BenchIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly signal: AbortSignal;
}

/**
 * Runs one suite.
 *
 * @param argv what follows `cordon bench`
 * @returns exit code: 0 measured, 1 failed, 2 the command is wrong, 3 what was to hold did not
 */
export async function main(argv: readonly string[], io: BenchIo = processIo()): Promise<number> {
  try {
    const harness = parseHarness(argv);
    const suite = suites.find((known) => known.name === harness.suite);
    if (harness.help || (harness.suite === undefined && argv.length === 0)) {
      io.stdout.write(suite === undefined ? harnessUsage() : suiteUsage(suite));
      return harness.help ? 0 : 2;
    }
    if (suite === undefined) {
      const known = suites.map(({ name }) => name).join(", ");
      throw new UsageError(`there is no suite "${harness.suite ?? ""}"; there is: ${known}`);
    }
    const { held } = await runSuite(suite, harness, shellCommand(argv), io);
    return held === false ? 3 : 0;
  } catch (thrown) {
    io.stderr.write(`cordon bench: ${explain(thrown)}\n`);
    return thrown instanceof UsageError ? 2 : 1;
  }
}

async function runSuite(
  suite: Suite,
  harness: HarnessArguments,
  command: string,
  io: BenchIo,
): Promise<SuiteResult> {
  const machine = await describeMachine();
  const outDir = resolve(harness.outDir);
  await mkdir(outDir, { recursive: true });
  io.stderr.write(`${command}\n${machineLine(machine)}\n`);
  const { stderr, signal } = io;
  const result = await suite.run(harness.rest, { machine, command, outDir, stderr, signal });
  const about = `Command: \`${command}\`  \nMachine: ${machineLine(machine)}\n`;
  const markdown = `${result.markdown.trimEnd()}\n\n${about}`;
  const loadAverageAfter = loadavg()[0] ?? 0;
  const json = { suite: suite.name, command, machine, loadAverageAfter, ...result.json };
  const jsonText = `${JSON.stringify(json, null, 2)}\n`;
  const written = await writeFiles(outDir, suite, markdown, jsonText, result);
  if (harness.jsonFile !== null) {
    await writeFile(harness.jsonFile, jsonText);
    written.push(harness.jsonFile);
  }
  io.stdout.write(harness.json ? jsonText : markdown);
  io.stderr.write(`wrote ${written.join(", ")}\n`);
  return result;
}

async function writeFiles(
  outDir: string,
  suite: Suite,
  markdown: string,
  jsonText: string,
  result: SuiteResult,
): Promise<string[]> {
  const files = {
    [`${suite.name}.md`]: markdown,
    [`${suite.name}.json`]: jsonText,
    ...result.files,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(outDir, name), content);
  return Object.keys(files).map((name) => join(outDir, name));
}

function explain(thrown: unknown): string {
  if (thrown instanceof UsageError) return `${thrown.message}\nSee cordon bench --help.`;
  if (thrown instanceof BenchError) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : errorText(thrown);
}

function harnessUsage(): string {
  const list = suites.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join("\n");
  return `Usage: cordon bench SUITE [options]

Suites:
${list}

Options of every suite:
  --json        print the result as JSON instead of Markdown
  --json FILE   write the JSON to this file too; its name ends in .json
  --out DIR     where the report, the JSON and the charts go (default bench-output)
  --help        this text, or with a suite its own options

Exit codes: 0 measured, 1 failed, 2 the command is wrong,
3 measured, and what was to hold (soak) did not.
`;
}

function suiteUsage(suite: Suite): string {
  return `Usage: cordon bench ${suite.name} [options]\n\n${suite.summary}\n\n${suite.usage}`;
}

/** The process' own streams; the first interrupt stops the suite, which then cleans up. */
function processIo(): BenchIo {
  const controller = new AbortController();
  // Every process and thread of a bench listens.
  setMaxListeners(0, controller.signal);
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort(new BenchError("interrupted")));
  }
  return { stdout: process.stdout, stderr: process.stderr, signal: controller.signal };
}

const script = process.argv[1];
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  process.exitCode = await main(process.argv.slice(2));
}
