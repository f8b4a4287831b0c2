// Run by a test: inserts persons, says which were acknowledged, and waits to be killed.
import { randomBytes, randomUUID } from "node:crypto";
import { openSqliteStore } from "../../dist/src/store/sqlite-store.js";

const store = await openSqliteStore({ path: process.argv[2] });
await store.insertGallery({ galleryId: "g", displayName: "G", createdAtMs: 1 });

async function insertOn() {
  while (true) {
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
      galleryIds: ["g"],
    };
    const template = { templateId: personId, personId, modelPack: "p", createdAtMs: 1 };
    const templates = [{ ...template, sealed: randomBytes(670) }];
    await store.insertPersons([{ person, templates, merge: null, distinct: [] }]);
    process.stdout.write(`${personId}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, insertOn));
