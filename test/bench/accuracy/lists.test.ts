import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOpenSet, readPairs } from "../../../bench/accuracy/lists.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cordon-lists-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function list(text: string): Promise<string> {
  const file = join(folder, "list.csv");
  await writeFile(file, text);
  return file;
}

async function pairsError(text: string): Promise<string> {
  return readPairs(await list(text)).then(
    () => "no error",
    (thrown: Error) => thrown.message.replace(folder, ""),
  );
}

async function openSetError(text: string): Promise<string> {
  return readOpenSet(await list(text)).then(
    () => "no error",
    (thrown: Error) => thrown.message.replace(folder, ""),
  );
}

describe("readPairs()", () => {
  it("reads pairs, with a byte order mark, CRLF, blank lines and any order of columns", async () => {
    const file = await list("\uFEFFsame,b,a\r\n1,y/1.jpg,x/1.jpg\r\n\r\n0,y/2.jpg,x/2.jpg\r\n");
    expect(await readPairs(file)).toEqual([
      { a: "x/1.jpg", b: "y/1.jpg", same: true },
      { a: "x/2.jpg", b: "y/2.jpg", same: false },
    ]);
  });

  it("reads quoted fields", async () => {
    const file = await list('a,b,same\n"Doe, Jane/1.jpg","the ""x""/2.jpg",1\n');
    expect(await readPairs(file)).toEqual([
      { a: "Doe, Jane/1.jpg", b: 'the "x"/2.jpg', same: true },
    ]);
  });

  it("reads folds when the list has them", async () => {
    const file = await list("a,b,same,fold\n1.jpg,2.jpg,1,7\n");
    expect(await readPairs(file)).toEqual([{ a: "1.jpg", b: "2.jpg", same: true, fold: 7 }]);
  });

  it.each([
    ["a,b,same\n1.jpg,2.jpg,yes\n", '/list.csv:2: same must be 0 or 1, not "yes"'],
    ["a,b,same\n1.jpg,2.jpg,1\n3.jpg,3.jpg,1\n", "/list.csv:3: an image is paired with itself"],
    ["a,b,same\n1.jpg,2.jpg\n", "/list.csv:2: 2 fields where the header has 3"],
    ["a,b,same\n,2.jpg,1\n", "/list.csv:2: a is empty"],
    ["a,b,same\n1.jpg,../2.jpg,1\n", "/list.csv:2: b must be a path below the root"],
    ["a,b,same\n1.jpg,x/../../2.jpg,1\n", "/list.csv:2: b must be a path below the root"],
    ["a,b,same\n/etc/passwd,2.jpg,1\n", "/list.csv:2: a must be a path below the root"],
    ["a,b\n1.jpg,2.jpg\n", "/list.csv:1: the header must be a,b,same: same missing"],
    ["a,b,same,c\n1,2,1,4\n", "/list.csv:1: the header must be a,b,same: not c"],
    ["a,b,same,a\n1,2,1,4\n", "/list.csv:1: column a comes twice"],
    ["a,b,same,fold\n1,2,1,x\n", "/list.csv:2: fold must be a number from 0 to 999"],
    ['a,b,same\n"1.jpg,2.jpg,1\n', "/list.csv:2: a double quote that is not closed"],
    ["a,b,same\n", "/list.csv:1: a header and nothing below it"],
    ["", "/list.csv:1: the file is empty"],
    ["\n \n", "/list.csv:1: the file is empty"],
    ["\u0000\u0001\u0002", "/list.csv:1: the header must be a,b,same"],
  ])("says where %j is wrong", async (text, message) => {
    expect(await pairsError(text)).toContain(message);
  });

  it("names a file that is not there, and a folder", async () => {
    await expect(readPairs(join(folder, "none.csv"))).rejects.toThrow(/none\.csv: cannot be read/);
    await expect(readPairs(folder)).rejects.toThrow(/cannot be read/);
  });
});

describe("readOpenSet()", () => {
  const header = "role,identity,path\n";

  it("reads roles, identities and paths", async () => {
    const file = await list(`${header}nonmated,c,c/1.jpg\nmated,a,a/2.jpg\ngallery,a,a/1.jpg\n`);
    expect(await readOpenSet(file)).toEqual([
      { role: "nonmated", identity: "c", path: "c/1.jpg" },
      { role: "mated", identity: "a", path: "a/2.jpg" },
      { role: "gallery", identity: "a", path: "a/1.jpg" },
    ]);
  });

  it.each([
    ["probe,a,1.jpg\n", '/list.csv:2: role "probe" is not one of gallery, mated, nonmated'],
    ["gallery,,1.jpg\n", "/list.csv:2: identity is empty"],
    ["gallery,a,1.jpg\nmated,b,2.jpg\n", "/list.csv:3: mated, but b has no gallery image"],
    ["gallery,a,1.jpg\nnonmated,a,2.jpg\n", "/list.csv:3: nonmated, but a is in the gallery"],
    ["gallery,a,1.jpg\nmated,a,./1.jpg\n", "/list.csv:3: 1.jpg is already on line 2"],
  ])("says where %j is wrong", async (rows, message) => {
    expect(await openSetError(header + rows)).toContain(message);
  });
});
