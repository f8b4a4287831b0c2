import fc from "fast-check";
import { expect, test } from "vitest";
import { createRows } from "../../src/index/rows.js";
import { createSlab } from "../../src/index/slab.js";

const uuid = (i: number) => `00000000-0000-4000-8000-${i.toString(16).padStart(12, "0")}`;

/** Ids of every kind: UUIDs, what only looks like one, and texts. */
const id = fc.nat(40).map((i) => {
  if (i % 4 === 0) return `text ${i}`;
  if (i % 4 === 1) return uuid(i).toUpperCase().replace("8000", "8A00");
  if (i % 4 === 2) return uuid(i).replace("-8000-", "-c000-");
  return uuid(i);
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ put: id, person: id, value: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ remove: id }) },
  { weight: 1, arbitrary: fc.record({ removePerson: id }) },
);

test("rows tell whose each template is, whatever came, moved and went", () => {
  const slab = createSlab(3);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 250 }), (steps) => {
      const rows = createRows(slab);
      /** Template to person; a template's turn within its person is that of its coming. */
      const model = new Map<string, { person: string; value: number; came: number }>();
      steps.forEach((one, came) => {
        if ("put" in one) {
          const before = model.get(one.put);
          const stays = before?.person === one.person;
          model.set(one.put, {
            person: one.person,
            value: one.value,
            came: stays ? before.came : came,
          });
          rows.reserve(1);
          const vectors = new Float32Array(3).fill(one.value);
          rows.put({ templateIds: [one.put], personIds: [one.person], vectors }, 0);
          return;
        }
        const gone = "remove" in one ? [one.remove] : rows.templatesOf(one.removePerson);
        for (const templateId of gone) {
          expect(rows.remove(templateId) !== null).toBe(model.delete(templateId));
        }
      });
      expect(rows.count).toBe(model.size);
      expect(rows.persons).toBe(new Set([...model.values()].map(({ person }) => person)).size);
      for (const [templateId, { person, value }] of model) {
        const row = rows.rowOf(templateId) ?? -1;
        expect([rows.templateAt(row), rows.personAt(row)]).toEqual([templateId, person]);
        expect([...rows.vectorOf(row)]).toEqual([value, value, value]);
        const own = [...model].filter(([, other]) => other.person === person);
        own.sort(([, a], [, b]) => a.came - b.came);
        expect(rows.templatesOf(person)).toEqual(own.map(([other]) => other));
      }
      for (let row = 1; row < rows.count; row += 1) {
        const [one, other] = [rows.personAt(row - 1), rows.personAt(row)];
        const order = one < other ? -1 : Number(one > other);
        expect(Math.sign(rows.comparePersons(row - 1, row))).toBe(order);
      }
      rows.wipe();
      expect([rows.count, rows.persons, rows.rowOf(uuid(3))]).toEqual([0, 0, undefined]);
    }),
    { numRuns: 150 },
  );
});
