// Run by a test: enrols persons, erases some, says what must not be left of them, and is gone.
import { randomBytes, randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { openSqliteStore } from "../../dist/src/store/sqlite-store.js";

const store = await openSqliteStore({ path: process.argv[2] });
const rows = Array.from({ length: 100 }, () => {
  const personId = randomUUID();
  const person = {
    personId,
    wrappedKey: randomBytes(73),
    keyVersion: 1,
    mergedInto: null,
    requestKey: randomBytes(32),
    sealedDetails: randomBytes(286),
    lawfulBasis: { kind: "law", citation: "A law" },
    retentionDeadlineMs: 1,
    createdAtMs: 1,
    galleryIds: [],
  };
  const template = { templateId: personId, personId, modelPack: "p", createdAtMs: 1 };
  const templates = [{ ...template, sealed: randomBytes(670) }];
  return { person, templates, merge: null, distinct: [] };
});
await store.insertPersons(rows);
const gone = rows.slice(0, 30);
await store.erasePersons(
  gone.map(({ person: { personId } }) => ({
    erasureId: randomUUID(),
    personId,
    rowIds: [personId],
    cause: "ERASURE",
    templates: 1,
    erasedAtMs: 1,
    receipt: "{}",
    signature: randomBytes(64),
    publicKey: randomBytes(32),
  })),
);
const traces = gone.flatMap(({ person, templates }) => [
  person.wrappedKey,
  person.requestKey,
  templates[0].sealed,
]);
// Written and not waited for: nothing else of the process runs any more.
for (const trace of traces) writeSync(1, `${trace.toString("hex")}\n`);
process.kill(process.pid, "SIGKILL");
