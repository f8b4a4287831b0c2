import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.js";
import { openDetails, sealDetails } from "../../src/vault/sealed-details.js";
import { openTemplate, sealTemplate } from "../../src/vault/sealed-template.js";
import { type Vault, VaultError } from "../../src/vault/vault.js";
import { makeVaultFolder, type VaultFolder } from "../vault/folder.js";

let folder: VaultFolder;
let vault: Vault;
beforeAll(async () => {
  folder = await makeVaultFolder();
  vault = await openVault(folder.options);
});
afterAll(async () => {
  vault.close();
  await folder.remove();
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
      const key = vault.openPersonKey(personId, vault.createPersonKey(personId).wrapped);
      expect([...key.open(context, key.seal(context, plaintext))]).toEqual([...plaintext]);
    }),
  );
});

test("any one flipped bit of a sealed field or a wrapped key is an error", () => {
  fc.assert(
    fc.property(text, text, bytes, fc.nat(), (personId, context, plaintext, bit) => {
      const wrapped = vault.createPersonKey(personId).wrapped;
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
      const wrapped = vault.createPersonKey(personId).wrapped;
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
      const wrapped = vault.createPersonKey(person).wrapped;
      const key = vault.openPersonKey(person, wrapped);
      const sealed = key.seal(context, plaintext);
      expect(() => key.open(changed, sealed)).toThrow(VaultError);
      expect(() => vault.openPersonKey(other, wrapped)).toThrow(VaultError);
      for (const stranger of [person, other]) {
        const strange = vault.createPersonKey(stranger).key;
        expect(() => strange.open(context, sealed)).toThrow(VaultError);
      }
    }),
  );
});

/** A row as the store has it: a wrapped key, and what is sealed under it. */
interface Row {
  readonly personId: string;
  readonly templateId: string;
  readonly modelPack: string;
  readonly vector: Float32Array;
  readonly wrapped: Uint8Array;
  readonly template: Uint8Array;
  readonly details: Uint8Array;
}

const vectors = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 24 })
  .filter((values) => Math.hypot(...values) > 1e-3)
  .map((values) => Float32Array.from(values, (value) => value / Math.hypot(...values)));
const rows = fc.record({ personId: text, templateId: text, modelPack: text, vector: vectors });

function seal(sealing: Vault, row: Pick<Row, "personId" | "templateId" | "modelPack" | "vector">) {
  const { wrapped, key } = sealing.createPersonKey(row.personId);
  const template = sealTemplate(key, row, row.vector);
  const details = sealDetails(key, {
    displayName: row.personId,
    externalReference: row.templateId,
    birthDate: "",
    ageBand: "",
    requestDigest: "",
  });
  key.destroy();
  return { ...row, wrapped, template, details };
}

function open(opening: Vault, row: Row): Float32Array {
  const key = opening.openPersonKey(row.personId, row.wrapped);
  try {
    expect(openDetails(key, row.details).displayName).toBe(row.personId);
    return openTemplate(key, row, row.template);
  } finally {
    key.destroy();
  }
}

test("whatever two rows swap is an error, never a wrong vector", () => {
  const swaps = fc.constantFrom(
    "personId",
    "templateId",
    "modelPack",
    "wrapped",
    "template",
    "details",
  );
  fc.assert(
    fc.property(rows, rows, swaps, (one, two, field) => {
      const first = seal(vault, one);
      const second = seal(vault, two);
      fc.pre(first[field] !== second[field]);
      expect(() => open(vault, { ...first, [field]: second[field] })).toThrow(VaultError);
      expect(() => open(vault, { ...second, [field]: first[field] })).toThrow(VaultError);
    }),
    { numRuns: 300 },
  );
});

test("any bytes changed in a row are an error, never a wrong vector", () => {
  const fields = fc.constantFrom("wrapped", "template", "details");
  fc.assert(
    fc.property(rows, fields, bytes, fc.nat(), (row, field, noise, at) => {
      const sealed = seal(vault, row);
      const before = sealed[field];
      const after = Uint8Array.from(before);
      const start = at % after.length;
      after.set(noise.subarray(0, after.length - start), start);
      fc.pre(!Buffer.from(after).equals(before));
      expect(() => open(vault, { ...sealed, [field]: after })).toThrow(VaultError);
    }),
  );
});

test("rows open after any course of rotations and retirings, or say why not", async () => {
  const steps = fc.constantFrom("seal", "rotate", "rewrap", "retire", "restart");
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 12 }), rows, async (course, row) => {
      const own = await makeVaultFolder();
      try {
        await follow(own, course, row);
      } finally {
        await own.remove();
      }
    }),
    { numRuns: 25 },
  );
});

/** Follows the course, and holds each row against what is known of the key that wrapped it. */
async function follow(
  own: VaultFolder,
  course: readonly string[],
  row: Parameters<typeof seal>[1],
) {
  let current = await openVault(own.options);
  const { publicKey } = current.signer;
  let kept: { readonly row: Row; readonly version: number }[] = [];
  for (const step of ["seal", ...course]) {
    if (step === "seal") kept.push({ row: seal(current, row), version: current.keyVersion });
    if (step === "rotate") await current.rotate();
    if (step === "retire") await current.retire();
    if (step === "rewrap") kept = kept.map(({ row, version }) => rewrapped(current, row, version));
    if (step === "restart") {
      current.close();
      current = await openVault({ ...own.options, createIfAbsent: false });
    }
    expect(current.signer.publicKey).toEqual(publicKey);
    for (const { row: each, version } of kept) {
      if (current.keyVersions.includes(version)) expect(open(current, each)).toEqual(each.vector);
      else expect(() => open(current, each)).toThrow(/retired/);
    }
  }
  current.close();
}

function rewrapped(current: Vault, row: Row, version: number) {
  if (!current.keyVersions.includes(version)) return { row, version };
  const { wrapped, keyVersion } = current.rewrapPersonKey(row.personId, row.wrapped);
  return { row: { ...row, wrapped }, version: keyVersion };
}
