import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.js";
import { type Vault, VaultError } from "../../src/vault/vault.js";

let directory: string;
let vault: Vault;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-vault-"));
  vault = await openVault({ keyFile: join(directory, "key.json"), createIfAbsent: true });
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

const text = fc.string({ maxLength: 40, unit: "grapheme" });
const bytes = fc.uint8Array({ maxLength: 300 });

function flipped(source: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(source);
  const at = bit % (copy.length * 8);
  copy[at >> 3] = (copy[at >> 3] ?? 0) ^ (1 << (at & 7));
  return copy;
}

test("whatever is sealed opens to the same bytes", () => {
  fc.assert(
    fc.property(text, text, bytes, (personId, context, plaintext) => {
      const key = vault.openPersonKey(personId, vault.newPersonKey(personId));
      expect([...key.open(context, key.seal(context, plaintext))]).toEqual([...plaintext]);
    }),
  );
});

test("any one flipped bit of a sealed field or a wrapped key is an error", () => {
  fc.assert(
    fc.property(text, text, bytes, fc.nat(), (personId, context, plaintext, bit) => {
      const wrapped = vault.newPersonKey(personId);
      const key = vault.openPersonKey(personId, wrapped);
      const sealed = key.seal(context, plaintext);
      expect(() => key.open(context, flipped(sealed, bit))).toThrow(VaultError);
      expect(() => vault.openPersonKey(personId, flipped(wrapped, bit))).toThrow(VaultError);
    }),
    { numRuns: 300 },
  );
});

test("any cut or lengthened sealed field or wrapped key is an error", () => {
  fc.assert(
    fc.property(text, bytes, fc.nat(), bytes, (personId, plaintext, cut, more) => {
      const wrapped = vault.newPersonKey(personId);
      const key = vault.openPersonKey(personId, wrapped);
      const sealed = key.seal("c", plaintext);
      const shorter = (all: Uint8Array) => all.subarray(0, cut % all.length);
      expect(() => key.open("c", shorter(sealed))).toThrow(VaultError);
      expect(() => vault.openPersonKey(personId, shorter(wrapped))).toThrow(VaultError);
      const longer = (all: Uint8Array) => Uint8Array.of(...all, 0, ...more);
      expect(() => key.open("c", longer(sealed))).toThrow(VaultError);
      expect(() => vault.openPersonKey(personId, longer(wrapped))).toThrow(VaultError);
    }),
  );
});

test("another context, another person or another key of the same person is an error", () => {
  fc.assert(
    fc.property(text, text, text, text, bytes, (person, other, context, changed, plaintext) => {
      fc.pre(person !== other && context !== changed);
      const wrapped = vault.newPersonKey(person);
      const key = vault.openPersonKey(person, wrapped);
      const sealed = key.seal(context, plaintext);
      expect(() => key.open(changed, sealed)).toThrow(VaultError);
      expect(() => vault.openPersonKey(other, wrapped)).toThrow(VaultError);
      for (const stranger of [person, other]) {
        const strange = vault.openPersonKey(stranger, vault.newPersonKey(stranger));
        expect(() => strange.open(context, sealed)).toThrow(VaultError);
      }
    }),
  );
});
