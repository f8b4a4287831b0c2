import { describe, expect, it } from "vitest";
import { facts, table } from "../../src/cli/table.js";
import { displayWidth, harmless, type Paint, paintFor, wrap } from "../../src/cli/text.js";

const plain: Paint = (_style, text) => text;

describe("displayWidth()", () => {
  it.each([
    ["", 0],
    ["gate", 4],
    ["东门", 4],
    ["カメラ", 6],
    ["한국", 4],
    ["ＡＢ", 4],
    ["e\u0301", 1],
    ["👍", 2],
    ["👩‍👩‍👧", 2],
    ["ﾃｽﾄ", 3],
    ["\u200b", 0],
  ])("of %j is %i columns", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("table()", () => {
  it("aligns columns whatever the script", () => {
    const rows = [
      { name: "林小雨", score: "0.7" },
      { name: "Ann", score: "10.25" },
    ];
    const text = table(
      rows,
      [
        { title: "name", cell: (row) => row.name },
        { title: "score", cell: (row) => row.score, align: "right" },
        { title: "end", cell: () => "x" },
      ],
      plain,
    );
    expect(text).toBe("name    score  end\n林小雨    0.7  x\nAnn     10.25  x");
  });

  it("shows its titles when there are no rows", () => {
    expect(table([], [{ title: "zone", cell: () => "" }], plain)).toBe("zone");
  });

  it("lets no cell steer the terminal", () => {
    const text = table(
      ["\u001b[2Jx\n\u202ey"],
      [{ title: "t", cell: (row: string) => row }],
      plain,
    );
    expect(text).toBe("t\n\ufffd[2Jx\ufffd\ufffdy");
  });
});

describe("facts()", () => {
  it("aligns values behind labels", () => {
    expect(
      facts(
        [
          ["a", "1"],
          ["long", "2"],
        ],
        plain,
      ),
    ).toBe("a     1\nlong  2");
  });
});

describe("harmless()", () => {
  it("leaves every script as it is", () => {
    expect(harmless("Zoë 林 שלום 👍")).toBe("Zoë 林 שלום 👍");
  });
});

describe("wrap()", () => {
  it("breaks at spaces and never inside a word", () => {
    expect(wrap("one two threefour five", 8)).toEqual(["one two", "threefour", "five"]);
    expect(wrap("", 8)).toEqual([""]);
  });
});

describe("paintFor()", () => {
  const terminal = { isTTY: true, write: () => {} };

  it("colours a terminal", () => {
    expect(paintFor(terminal, {})("red", "x")).toBe("\u001b[31mx\u001b[39m");
  });

  it("colours no file, and nothing with NO_COLOR or on a dumb terminal", () => {
    expect(paintFor({ write: () => {} }, {})("red", "x")).toBe("x");
    expect(paintFor(terminal, { NO_COLOR: "1" })("red", "x")).toBe("x");
    expect(paintFor(terminal, { TERM: "dumb" })("red", "x")).toBe("x");
  });
});
