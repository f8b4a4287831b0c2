/*
 * The unified social credit code of legal persons and other organisations, GB 32100-2015: one
 * character for the registering authority, one for the kind of body, six digits for the
 * administrative division, nine characters of organisation code, one check character.
 */

/** The code's characters in the order of their values; I, O, S, V and Z are not used. */
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const MODULUS = 31;
/** Each position weighs three times the one before it, modulo 31. */
const WEIGHT_BASE = 3;
const CODE_LENGTH = 18;
/** Registering authority, kind of body, division, organisation code, check character. */
const structure = /^.{2}\d{6}.{10}$/;

/**
 * What is wrong with a unified social credit code, as the end of a sentence that starts with its
 * name; null when it is well-formed and its check character right. That the code was given to
 * anybody is more than its characters can tell.
 *
 * A few codes of the first trials in 2015 have a check character that the standard does not allow;
 * they are refused too, since nothing tells them from a slip of the pen.
 * @example creditCodeProblem("91350100M000100Y43") // null
 */
export function creditCodeProblem(code: string): string | null {
  if (code.length !== CODE_LENGTH) {
    return `must be ${CODE_LENGTH} characters (GB 32100-2015), and has ${code.length}`;
  }
  for (let at = 0; at < CODE_LENGTH; at++) {
    if (!alphabet.includes(code.charAt(at))) {
      return `has a character at place ${at + 1} that is not 0-9 or A-Z without I, O, S, V, Z`;
    }
  }
  if (!structure.test(code)) {
    return "must have digits at places 3 to 8, the administrative division";
  }
  return checkCharacter(code) === code.charAt(CODE_LENGTH - 1)
    ? null
    : "has a wrong check character at its end (GB 32100-2015): look for a mistyped one";
}

/** The last character that the first 17 call for. */
function checkCharacter(code: string): string {
  let weight = 1;
  let sum = 0;
  for (let at = 0; at < CODE_LENGTH - 1; at++) {
    sum += alphabet.indexOf(code.charAt(at)) * weight;
    weight = (weight * WEIGHT_BASE) % MODULUS;
  }
  return alphabet.charAt((MODULUS - (sum % MODULUS)) % MODULUS);
}
