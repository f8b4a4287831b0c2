import type { Caller } from "../access/access.js";
import type {
  AuditFilter,
  AuditLine,
  AuditVerification,
  JsonValue,
  SignedCheckpoint,
} from "../audit/audit.js";
import { abortError, invalidField } from "../base/errors.js";
import type { Page, PageRequest } from "../store/store.js";
import { actorOf, type Engine } from "./engine.js";
import { noteCheck } from "./filing/audit-check.js";
import { ownRow } from "./roster/who.js";

/** Characters of the lines of one page, so that no answer outgrows a message. */
const PAGE_CHARACTERS_MAX = 4_194_304;

/** One page of the records that fit, oldest first. That somebody looked is on record itself. */
export async function queryRecords(
  engine: Engine,
  filter: AuditFilter,
  page: PageRequest,
  caller: Caller,
): Promise<Page<AuditLine>> {
  const after = afterOf(page.token);
  if (page.token === "") await recordLook(engine, "audit.query", filter, caller);
  const items: AuditLine[] = [];
  let characters = 0;
  for await (const line of engine.audit.query(await widened(engine, filter), after)) {
    if (items.length === page.size || characters > PAGE_CHARACTERS_MAX) {
      return { items, nextPageToken: String(items.at(-1)?.record.seq ?? 0) };
    }
    items.push(line);
    characters += line.line.length;
  }
  return { items, nextPageToken: "" };
}

/** All of them, for an inspector. */
export async function* exportRecords(
  engine: Engine,
  filter: AuditFilter,
  caller: Caller,
  signal: AbortSignal,
): AsyncIterable<AuditLine> {
  await recordLook(engine, "audit.export", filter, caller);
  for await (const line of engine.audit.query(await widened(engine, filter), 0)) {
    if (signal.aborted) throw abortError(signal);
    yield line;
  }
}

export function signedHead(engine: Engine): SignedCheckpoint {
  return engine.audit.signedHead();
}

export async function verifyAudit(
  engine: Engine,
  caller: Caller,
  signal: AbortSignal,
): Promise<AuditVerification> {
  const startedAtMs = engine.clock.nowMs();
  const result = await engine.audit.verify(signal);
  noteCheck(engine, result, startedAtMs);
  const details = { intact: result.ok, records: result.ok ? result.records : 0 };
  await engine.audit.append({ act: "audit.verify", actor: actorOf(caller), details });
  return result;
}

/** Every id that a person has ever had: of each enrolment, and of those erased before and with it. */
export async function idsOf(engine: Engine, personId: string): Promise<readonly string[]> {
  const own = await ownRow(engine, personId);
  const parts = own === null ? [] : await engine.store.listParts(own.personId);
  const ids = new Set([personId, ...parts.map((row) => row.personId)]);
  // What expired before is named by the erasures of what was left.
  for (const id of ids) {
    const erasure = await engine.store.getErasure(id);
    for (const other of [erasure?.personId, ...(erasure?.rowIds ?? [])]) {
      if (other !== undefined) ids.add(other);
    }
  }
  return [...ids];
}

/** Whoever asks for a person means all of their enrolments. */
async function widened(engine: Engine, filter: AuditFilter): Promise<AuditFilter> {
  if (filter.personIds === undefined) return filter;
  const ids = await Promise.all(filter.personIds.map((personId) => idsOf(engine, personId)));
  return { ...filter, personIds: [...new Set(ids.flat())] };
}

async function recordLook(
  { audit }: Engine,
  act: string,
  filter: AuditFilter,
  caller: Caller,
): Promise<void> {
  const asked = Object.entries(filter).map(([name, value]): [string, JsonValue] => {
    return [name, Array.isArray(value) ? [...value] : (value as JsonValue)];
  });
  // Under a name of its own: else every look at a person would be a record about them.
  await audit.append({
    act,
    actor: actorOf(caller),
    details: { filter: Object.fromEntries(asked) },
  });
}

function afterOf(token: string): number {
  if (token === "") return 0;
  const after = Number(token);
  if (/^\d{1,16}$/.test(token) && Number.isSafeInteger(after)) return after;
  throw invalidField("page_token", "is not one that this server gave");
}
