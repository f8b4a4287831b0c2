import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import * as parse from "../../src/cli/parse.js";

describe("arguments", () => {
  it.each<[string, (text: string) => unknown, string, unknown]>([
    ["slug", parse.slug, "gate-4", "gate-4"],
    ["integer", parse.integer(1, 100), "100", 100],
    ["integer", parse.integer(-5, 5), "-5", -5],
    ["decimal", parse.decimal(-1, 1), "-0.25", -0.25],
    ["word", parse.word(["TRANSPORT_HUB", "X"]), "transport-hub", "TRANSPORT_HUB"],
    ["word", parse.word(["TRANSPORT_HUB", "X"]), "Transport_Hub", "TRANSPORT_HUB"],
    ["timestamp", parse.timestamp, "1970-01-02", { seconds: 86_400, nanos: 0 }],
    ["timestamp", parse.timestamp, "1970-01-01T08:00:00.25+08:00", { seconds: 0, nanos: 25e7 }],
    ["timestamp", parse.timestamp, "2024-02-29", { seconds: 1_709_164_800, nanos: 0 }],
    ["position", parse.position, "31.5,-121.25", { latitude: 31.5, longitude: -121.25 }],
    ["sha256", parse.sha256, "ab".repeat(32), Buffer.alloc(32, 0xab)],
    ["duration", parse.duration, "2m", 120_000],
    ["duration", parse.duration, "500ms", 500],
    ["address", parse.address, "[::1]:50051", "[::1]:50051"],
    ["text", parse.text(3), "东门", "东门"],
  ])("%s takes an argument (%#)", (_name, parser, text, value) => {
    expect(parser(text)).toEqual(value);
  });

  it.each<[string, (text: string) => unknown, string]>([
    ["slug", parse.slug, "Gate"],
    ["slug", parse.slug, "gate-"],
    ["slug", parse.slug, "a".repeat(64)],
    ["integer", parse.integer(1, 100), "0"],
    ["integer", parse.integer(1, 100), "1.5"],
    ["integer", parse.integer(1, 100), "1e1"],
    ["integer", parse.integer(1, 100), " 1"],
    ["integer", parse.integer(1, 100), "0x10"],
    ["decimal", parse.decimal(-1, 1), "NaN"],
    ["decimal", parse.decimal(-1, 1), "1.01"],
    ["decimal", parse.decimal(-1, 1), ""],
    ["word", parse.word(["X"]), "y"],
    ["timestamp", parse.timestamp, "2026-02-30"],
    ["timestamp", parse.timestamp, "2025-02-29"],
    ["timestamp", parse.timestamp, "2026-13-01"],
    ["timestamp", parse.timestamp, "2026-01-01T10:00:00"],
    ["timestamp", parse.timestamp, "2026-01-01T10:00"],
    ["timestamp", parse.timestamp, "2026-01-01T10:00:00+0800"],
    ["timestamp", parse.timestamp, "2026-01-01T10:00:00+25:00"],
    ["timestamp", parse.timestamp, "2026-01-01T10:00:00+08:60"],
    ["timestamp", parse.timestamp, "2026-01-01T10:00:00 +08:00"],
    ["timestamp", parse.timestamp, "2026-01-01T10:00:00 CST"],
    ["timestamp", parse.timestamp, "2026-01-01+08:00"],
    ["timestamp", parse.timestamp, "2026-02-30T10:00:00+08:00"],
    ["timestamp", parse.timestamp, "1767225600"],
    ["timestamp", parse.timestamp, "tomorrow"],
    ["position", parse.position, "91,0"],
    ["position", parse.position, "0,181"],
    ["position", parse.position, "31.5"],
    ["position", parse.position, "31.5, 121"],
    ["sha256", parse.sha256, "ab".repeat(31)],
    ["duration", parse.duration, "0s"],
    ["duration", parse.duration, "10"],
    ["duration", parse.duration, "61m"],
    ["address", parse.address, "localhost"],
    ["address", parse.address, "localhost:0"],
    ["address", parse.address, "http://localhost:1"],
    ["text", parse.text(3), "four"],
    ["text", parse.text(3), "  "],
  ])("%s refuses an argument (%#)", (_name, parser, text) => {
    expect(() => parser(text)).toThrow(InvalidArgumentError);
  });
});

describe("timestamp()", () => {
  it.each([
    ["east of Greenwich", "2026-12-31T08:00:00+08:00", "2026-12-31T00:00:00Z"],
    ["on another day", "2027-01-01T07:59:59+08:00", "2026-12-31T23:59:59Z"],
    ["west of Greenwich", "2026-12-30T18:30:00-05:30", "2026-12-31T00:00:00Z"],
    ["half an hour off", "2026-12-31T05:30:00+05:30", "2026-12-31"],
    ["without seconds", "2026-12-31T08:00+08:00", "2026-12-31T00:00:00.000Z"],
  ])("takes an instant written %s for the same in UTC", (_name, text, utc) => {
    expect(parse.timestamp(text)).toEqual(parse.timestamp(utc));
  });

  it("does not depend on the time zone of this machine", () => {
    const before = process.env["TZ"];
    try {
      for (const zone of ["UTC", "Asia/Shanghai", "America/St_Johns"]) {
        process.env["TZ"] = zone;
        expect(parse.timestamp("2026-12-31")).toEqual({ seconds: 1_798_675_200, nanos: 0 });
        expect(parse.timestamp("2026-12-31T08:00:00+08:00").seconds).toBe(1_798_675_200);
      }
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, "TZ");
      else process.env["TZ"] = before;
    }
  });

  it("says that a time of day needs a zone, and which one a date alone has", () => {
    expect(() => parse.timestamp("2026-12-31T18:00:00")).toThrow(/0:00 UTC.*with its zone/);
  });
});

describe("readFile()", () => {
  it("names the file that is not there", () => {
    expect(() => parse.readFile("/no/such.jpg")).toThrow("/no/such.jpg: there is no such file");
  });

  it("gives a file's SHA-256", () => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-parse-"));
    writeFileSync(join(folder, "empty"), "");
    expect(parse.fileSha256(join(folder, "empty")).toString("hex")).toMatch(/^e3b0c442/);
    rmSync(folder, { recursive: true });
  });
});
