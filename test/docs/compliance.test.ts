import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadServices } from "../../src/transport/proto.js";
import { cordon } from "../cli/harness.js";
import { wrongCameras, wrongFixes, wrongPrivacy } from "../compliance/wrong-cameras.js";
import {
  wrongAlternatives,
  wrongAssessments,
  wrongEgress,
  wrongNotices,
} from "../compliance/wrong-records.js";
import { wrongSigns, wrongZones } from "../compliance/wrong-zones.js";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = ["docs/compliance.md", "docs/compliance.zh.md"] as const;

/** One row of a table of rules. */
interface Row {
  readonly article: string;
  readonly rule: string;
  readonly reason: string;
  readonly record: string;
  readonly call: string;
  readonly test: string;
}

function rowsOf(page: string): readonly Row[] {
  return read(page)
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => cells.length === 8 && /^[A-Z]+(_[A-Z0-9]+)+$/.test(cells[3] ?? ""))
    .map(([, article = "", rule = "", reason = "", record = "", call = "", test = ""]) => ({
      ...{ article, rule, reason, record, call, test },
    }));
}

/** Reasons of the gate's section in the API's enum. */
function gateReasons(): readonly string[] {
  const lines = read("proto/cordon/v1/reason.proto").matchAll(/REASON_([A-Z0-9_]+) = (\d+);/g);
  return [...lines]
    .filter(([, , number]) => Number(number) > 0 && Number(number) < 100)
    .map(([, name = ""]) => name);
}

const identifyTests = [
  ...wrongZones,
  ...wrongSigns,
  ...wrongCameras,
  ...wrongFixes,
  wrongPrivacy,
  ...wrongNotices,
  ...wrongAssessments,
  ...wrongAlternatives,
  ...wrongEgress,
];

describe.each(pages)("%s", (page) => {
  it("has every reason of the gate in its tables, and no other", () => {
    expect(new Set(rowsOf(page).map(({ reason }) => reason))).toEqual(new Set(gateReasons()));
  });

  it.each(rowsOf(page))("names a test of $reason that exists: $test", ({ reason, test }) => {
    const [gate, when = ""] = test.split(": ");
    if (gate === "I") {
      const found = identifyTests.filter((wrong) => wrong.when === when);
      expect(found.map((wrong) => wrong.reason)).toEqual([reason]);
      return;
    }
    expect(gate).toBe("E");
    const source = read("test/compliance/gate-enrol.test.ts");
    const at = source.indexOf(`"${when}"`);
    expect(at).toBeGreaterThan(0);
    expect(/"([A-Z]+(?:_[A-Z]+)+)",?\s*\]/.exec(source.slice(at))?.[1]).toBe(reason);
  });

  it("names only test files that there are, with the tests that it quotes", () => {
    const text = read(page);
    const files = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
    expect(read("test/compliance/gate-identify.test.ts")).toContain(
      '"refuses with $reason alone when $when"',
    );
    expect(read("test/compliance/gate-enrol.test.ts")).toContain('"refuses when %s"');
    const quoted =
      "reaches faces only by a query or an enrolment, with a genuine permit of its scope";
    expect(text).toContain(quoted);
    expect(read("test/api/no-way-round.test.ts")).toContain(`"${quoted}"`);
  });

  it("names only calls that the API has", () => {
    const { packageDefinition } = loadServices();
    const calls = [...read(page).matchAll(/`([A-Z][A-Za-z]+Service)\.([A-Za-z]+)`/g)];
    expect(calls.length).toBeGreaterThan(20);
    for (const [, service = "", method = ""] of calls) {
      expect(packageDefinition[`cordon.v1.${service}`], `${service}.${method}`).toHaveProperty(
        method,
      );
    }
  });

  it("names only commands that there are, with options that they take", async () => {
    const named = [...read(page).matchAll(/`cordon ([a-z][a-z -]*)`/g)].map(
      ([, words = ""]) => words,
    );
    for (const words of new Set(named)) {
      const [command = "", option] = words.split(" --");
      const { code, out } = await cordon([...command.split(" "), "--help"]);
      expect(code, words).toBe(0);
      if (option !== undefined) expect(out).toContain(`--${option}`);
    }
  });

  it("links only to what is there", () => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) => target);
    for (const target of links) expect(existsSync(join(root, "docs", target)), target).toBe(true);
  });
});

describe("the two languages", () => {
  it("have the same rules in the same order, with the same calls and tests", () => {
    const sameOf = (page: string) =>
      rowsOf(page).map(({ reason, call, test }) => [
        reason,
        call.replaceAll(/[，,]\s*/g, ", "),
        test,
      ]);
    expect(sameOf(pages[1])).toEqual(sameOf(pages[0]));
  });

  it("name the same articles", () => {
    const digits = "零一二三四五六七八九十";
    const number = (chinese: string) =>
      chinese === "十"
        ? 10
        : chinese.startsWith("十")
          ? 10 + digits.indexOf(chinese[1] ?? "")
          : digits.indexOf(chinese);
    const chinese = rowsOf(pages[1]).map(({ article }) =>
      [...article.matchAll(/第([一二三四五六七八九十]+)条/g)].map(([, word = ""]) => number(word)),
    );
    const english = rowsOf(pages[0]).map(({ article }) =>
      article.split(", ").map((part) => Number.parseInt(part, 10)),
    );
    expect(chinese).toEqual(english);
  });

  it("show the same checklists and the same commands", () => {
    const blocks = (page: string) => [...read(page).matchAll(/```\w+\n[\s\S]*?```/g)].map(String);
    expect(blocks(pages[1])).toEqual(blocks(pages[0]));
    expect(blocks(pages[0])).toHaveLength(3);
  });
});
