import { readdirSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { benchCommand } from "../../src/cli/bench.js";
import { demoCommand } from "../../src/cli/demo.js";
import { modelsCommand } from "../../src/cli/models.js";
import { programOf } from "../../src/cli/program.js";
import { fakeSession } from "./harness.js";

const { session } = fakeSession();
const extra = [demoCommand(session), modelsCommand(), benchCommand()];
const program = programOf(session, "0.0.0", extra);

const pages = [
  "README.md",
  "deploy/examples/plaza/README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

interface Line {
  readonly text: string;
  /** In a block to copy from, rather than a mention within a sentence. */
  readonly whole: boolean;
}

/** Every command line of a page, with what the shell would join and without its comments. */
function commandLines(page: string): readonly Line[] {
  const text = readFileSync(page, "utf8");
  const blocks = [...text.matchAll(/^ *```[^\n]*\n(.*?)^ *```/gms)].map(([, block = ""]) => block);
  const whole = blocks
    .flatMap((block) => block.replace(/\\\n\s*/g, "").split("\n"))
    .map((line) => /^\s*(?:\$ )?(?:npx )?(cordon [a-z].*)$/.exec(line)?.[1])
    .filter((line) => line !== undefined)
    .map((line) => ({ text: line, whole: true }));
  const prose = text.replace(/^ *```.*?^ *```/gms, "");
  const mentions = [...prose.matchAll(/`(?:npx )?(cordon [a-z][^`]*)`/g)];
  return [...whole, ...mentions.map(([, line = ""]) => ({ text: line, whole: false }))];
}

/** Words as the shell has them: up to a comment, a pipe or a further command. */
function wordsOf(line: string): readonly string[] {
  // A bar before an option tells of alternatives.
  const words =
    line.replaceAll("| --", "--").match(/(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^\s"'])+/g) ?? [];
  const end = words.findIndex((word) => /^(?:[#|&;>]|\d>)/.test(word));
  const own = end === -1 ? words : words.slice(0, end);
  return own.map((word) => word.replace(/[,;:]$/, ""));
}

/** What is wrong with a line, by the commands' own options and arguments. */
function problemsOf({ text, whole }: Line): readonly string[] {
  const words = wordsOf(text).slice(1);
  let command: Command = program;
  while (command.commands.length > 0) {
    const next = command.commands.find((one) => one.name() === words[0]);
    if (next === undefined) break;
    command = next;
    words.shift();
  }
  if (command === program) return [`no command "${words[0]}"`];
  if (command.commands.length > 0) return whole || words.length > 0 ? [`no "${words[0]}"`] : [];
  const { given, operands, unknown } = taken(command, words);
  const problems = unknown.map((flag) => `no option ${flag}`);
  const least = command.registeredArguments.filter(({ required }) => required).length;
  const most = command.registeredArguments.some(({ variadic }) => variadic)
    ? Number.POSITIVE_INFINITY
    : command.registeredArguments.length;
  if (operands.length > most) problems.push(`takes no "${operands.at(-1)}"`);
  if (!whole) return problems;
  if (operands.length < least) problems.push(`needs ${least} arguments`);
  const lacking = command.options.filter((one) => one.mandatory && !given.has(one.attributeName()));
  return [...problems, ...lacking.map(({ flags }) => `needs ${flags}`)];
}

function taken(command: Command, words: readonly string[]) {
  const given = new Set<string>();
  const operands: string[] = [];
  const unknown: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [word = "", value] = (words[at] ?? "").split("=");
    if (!/^--?[a-z]/i.test(word)) {
      if (word !== "..." && word !== "\\") operands.push(words[at] ?? "");
      continue;
    }
    const option = command.options.find(({ long, short }) => long === word || short === word);
    if (option === undefined && word !== "--help") unknown.push(word);
    if (option === undefined) continue;
    given.add(option.attributeName());
    if (option.required && value === undefined) at += 1;
  }
  return { given, operands, unknown };
}

describe("the command lines of the documentation", () => {
  it.each(pages)("are such that the program takes them: %s", (page) => {
    const wrong = commandLines(page)
      .map((line) => ({ line: line.text, problems: problemsOf(line) }))
      .filter(({ problems }) => problems.length > 0);
    expect(wrong).toEqual([]);
  });

  it("are found, and a line that lacks an option is told", () => {
    expect(commandLines("docs/keys.md").map(({ text }) => text)).toContain("cordon keys rotate");
    const problems = (text: string) => problemsOf({ text, whole: true });
    expect(problems('cordon backup "/backup/$(date +%F)"')).toEqual([
      'takes no ""/backup/$(date +%F)""',
      "needs --out <folder>",
    ]);
    expect(problems("cordon zone chekc plaza")).toEqual(['no "chekc"']);
    expect(problems("cordon zone check plaza --galery x")).toContain("no option --galery");
    expect(problems("cordon zone check plaza --camera gate-east | less -R")).toEqual([]);
  });
});
