import { describe, expect, it } from "vitest";
import { creditCodeProblem } from "../../src/compliance/credit-code.js";

describe("creditCodeProblem accepts", () => {
  it.each([
    ["the standard's own example", "91350100M000100Y43"],
    ["a published code that ends in a letter", "91110108551385082Q"],
    ["a published code with letters inside", "91512081MA62K0260E"],
    ["a published code that ends in L", "91110000600037341L"],
    ["a code whose remainder is 0, so that its check character is 0", "9111000000000000G0"],
    ["letters at the first two places", "N2110000MF0000000B"],
  ])("%s", (_name, code) => {
    expect(creditCodeProblem(code)).toBeNull();
  });
});

describe("creditCodeProblem refuses", () => {
  it.each([
    ["nothing", "", /18 characters.*has 0/],
    ["17 characters", "91350100M000100Y4", /has 17/],
    ["blanks around it", " 91350100M000100Y43", /has 19/],
    ["a wrong check character", "91350100M000100Y4Z", /place 18/],
    ["another wrong check character", "91350100M000100Y4A", /check character/],
    ["a mistyped digit", "91350100M000100Y53", /check character/],
    ["two digits swapped", "91530100M000100Y43", /check character/],
    ["lower case", "91350100m000100y43", /place 9/],
    ["the letter I", "9135010IM00100Y433", /place 8/],
    ["the letter O", "91350100MO00100Y43", /place 10/],
    ["full-width digits", "９1350100M000100Y43", /place 1/],
    ["a letter in the division", "9135A100M000100Y43", /places 3 to 8/],
    ["a surrogate pair", "91350100M000100Y\u{1f600}", /place 17/],
  ])("%s", (_name, code, problem) => {
    expect(creditCodeProblem(code)).toMatch(problem);
  });

  it("every single mistyped character of a right code", () => {
    const right = "91110108551385082Q";
    for (let at = 0; at < right.length; at++) {
      for (const character of "0123456789ABCDEFGHJKLMNPQRTUWXY") {
        if (character === right.charAt(at)) continue;
        const wrong = right.slice(0, at) + character + right.slice(at + 1);
        expect(creditCodeProblem(wrong)).not.toBeNull();
      }
    }
  });
});
