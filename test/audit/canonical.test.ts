import { expect, test } from "vitest";
import { canonicalJson } from "../../src/audit/canonical.js";

const floats = (length: number) => Array.from({ length }, (_, at) => at / 7);

test("keys are sorted by code unit and nothing is between the tokens (RFC 8785)", () => {
  const value = { "\u20ac": 1, "\r": 2, "1": [true, null], "\u0080": "é", "\u{1f600}": {} };
  expect(canonicalJson(value)).toBe('{"\\r":2,"1":[true,null],"\u0080":"é","€":1,"😀":{}}');
  expect(canonicalJson({ b: 1, a: 1 })).toBe(canonicalJson({ a: 1, b: 1 }));
});

test("numbers are written as ECMAScript does (RFC 8785)", () => {
  expect(canonicalJson([Number("333333333.33333329"), 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
  );
});

test("typed arrays, buffers and instances are refused, wherever they stand", () => {
  const contents = [
    new Float32Array(2),
    new Uint8Array(0),
    Buffer.from("face"),
    new ArrayBuffer(8),
    new DataView(new ArrayBuffer(8)),
    new Date(0),
    new Map([["a", 1]]),
  ];
  for (const content of contents) {
    expect(() => canonicalJson({ a: [{ b: content }] })).toThrow(/"\.a\[0\]\.b"/);
  }
});

test("more than 64 numbers together are refused, also as rows of a matrix or as members", () => {
  expect(() => canonicalJson({ scores: floats(64) })).not.toThrow();
  const members = Object.fromEntries(floats(65).map((value, at) => [`v${at}`, value]));
  const mixed = [...floats(65), "x"];
  const rows = [floats(40), floats(40)];
  for (const vector of [floats(65), members, mixed, rows, [[[rows]]], { a: { b: rows } }]) {
    expect(() => canonicalJson({ vector })).toThrow(/looks like a vector/);
  }
});

test("a list of a hundred candidates with scores is no vector", () => {
  const candidates = floats(100).map((score) => ({ personId: "p", score }));
  expect(() => canonicalJson({ candidates })).not.toThrow();
});

test("a string of encoded bytes is refused, a hash and long prose are not", () => {
  const vector = Buffer.from(Float32Array.from(floats(160)).buffer);
  for (const text of [vector.toString("base64"), vector.toString("hex")]) {
    expect(() => canonicalJson({ text: `see ${text}` })).toThrow(/encoded bytes/);
  }
  expect(() => canonicalJson("ab".repeat(64))).not.toThrow();
  expect(() => canonicalJson("为了公共安全".repeat(500))).not.toThrow();
  expect(() => canonicalJson("x ".repeat(5_000))).toThrow(/longer than/);
});

test("what is not JSON is refused", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const bad = [undefined, Number.NaN, Number.NEGATIVE_INFINITY, 1n, () => 1, Symbol("s"), cyclic];
  for (const value of bad) expect(() => canonicalJson({ value })).toThrow(/refused/);
});
