// Run by a test under a limit on the size of files: enrols until that fails, or writes a back-up
// that is larger, then reports.
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openSqliteStoreInWorker } from "../../dist/src/store/worker-store.js";

const store = await openSqliteStoreInWorker({ path: join(process.argv[2], "data", "cordon.db") });
const copies = join(process.argv[2], "copies");
mkdirSync(copies);

function aBatch() {
  return Array.from({ length: 100 }, () => {
    const personId = randomUUID();
    const person = {
      personId,
      wrappedKey: randomBytes(73),
      keyVersion: 1,
      mergedInto: null,
      requestKey: null,
      sealedDetails: randomBytes(286),
      lawfulBasis: { kind: "law", citation: "A law" },
      retentionDeadlineMs: 1,
      createdAtMs: 1,
      galleryIds: [],
    };
    const template = { templateId: personId, personId, modelPack: "p", createdAtMs: 1 };
    const templates = [{ ...template, sealed: randomBytes(1_500) }];
    return { person, templates, merge: null, distinct: [] };
  });
}

async function codeOf(promise) {
  return promise.then(
    () => "",
    (error) => error.code,
  );
}

const acknowledged = [];
let code = "";
if (process.argv[3] === "backup") code = await codeOf(store.backup(join(copies, "copy.db")));
while (process.argv[3] === "insert" && code === "") {
  const batch = aBatch();
  code = await codeOf(store.insertPersons(batch));
  if (code === "") acknowledged.push(...batch.map(({ person }) => person.personId));
}
const counted = await store.countPersons();
const report = { acknowledged, code, counted, leftovers: readdirSync(copies) };
process.stdout.write(JSON.stringify(report));
await store.close();
