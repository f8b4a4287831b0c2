import { expect, it } from "vitest";
import { saysSomething } from "../../src/base/says.js";

it.each(["", " ", "\u200b\u2060\u00ad", "---", "\t\n"])("%j says nothing", (text) => {
  expect(saysSomething(text)).toBe(false);
});

it.each(["x", "防暴", "1", " a "])("%j says something", (text) => {
  expect(saysSomething(text)).toBe(true);
});
