import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalJson } from "../../src/audit/canonical.js";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { anEvent, openLog } from "../audit/events.js";

let directory: string;
let files: { path: string; content: Buffer }[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
  const log = await openLog(directory, { segmentSizeBytes: 1_500 });
  for (let at = 0; at < 12; at++) await log.append(anEvent({ at, text: "门 é" }));
  await log.close();
  files = await Promise.all(
    (await readdir(directory))
      .filter((name) => name.endsWith(".jsonl"))
      .map(async (name) => {
        const path = join(directory, name);
        return { path, content: await readFile(path) };
      }),
  );
  expect(files.length).toBeGreaterThan(1);
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

test("any one changed byte, in any file, is found and named, and the log does not open", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (f, b, xor) => {
      const file = files[f % files.length];
      if (file === undefined) throw new Error("no file");
      const at = b % file.content.length;
      await expectFound(file, at, (file.content[at] ?? 0) ^ xor);
    }),
    { numRuns: 300 },
  );
});

test("any other byte in place of any newline is found", async () => {
  const newlines = files.flatMap((file) =>
    [...file.content.keys()].filter((at) => file.content[at] === 0x0a).map((at) => ({ file, at })),
  );
  for (const { file, at } of newlines) {
    for (const byte of [0x00, 0x0b, 0x20, 0x7b, 0x7d, 0xff]) await expectFound(file, at, byte);
  }
});

async function expectFound(
  file: { path: string; content: Buffer },
  at: number,
  byte: number,
): Promise<void> {
  const changed = Buffer.from(file.content);
  changed[at] = byte;
  await writeFile(file.path, changed);
  try {
    expect(await verifyAuditDirectory(directory)).toMatchObject({
      ok: false,
      broken: { file: file.path.slice(directory.length + 1) },
    });
    await expect(openLog(directory)).rejects.toMatchObject({
      code: "BROKEN",
    });
  } finally {
    await writeFile(file.path, file.content);
  }
}

test("the canonical form reads back as the same value, and is the same for any key order", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json, { maxKeys: 8 }), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(text);
    }),
  );
});
