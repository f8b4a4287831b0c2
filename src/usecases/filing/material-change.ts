import {
  changedSections,
  type FiledFacts,
  type FiledZone,
  snapshotOf,
} from "../../filing/snapshot.js";
import { courseOf, isHandedIn } from "../../filing/state-course.js";
import type { FilingEvent, FilingSection, FilingSnapshot } from "../../store/filing-records.js";
import { type Engine, server } from "../engine.js";
import { appendEvent } from "./events.js";
import { gather, gatherAll } from "./gather.js";
import { securityFacts } from "./security.js";

/**
 * Looks whether anything material has changed since it was last handed in (Art. 15: 备案信息发生实质性
 * 变更), and puts each section that has on record, once until something is handed in again. Nothing
 * is looked for while nothing is handed in, nor while no record has changed.
 */
export async function detectChange(engine: Engine): Promise<void> {
  const { book } = engine.filing;
  if (book.checkedRevision === engine.facts.revision()) return;
  await engine.exclusive(() => detectChangeAlone(engine));
}

/** The same, for use inside `engine.exclusive`. */
export async function detectChangeAlone(engine: Engine): Promise<void> {
  const { facts, filing, clock } = engine;
  const { book } = filing;
  const course = courseOf(book.events);
  if (!isHandedIn(course) || course.endedAtMs !== null) return;
  const revision = facts.revision();
  if (book.checkedRevision === revision) return;
  const { baseline, told } = sinceHandedIn(book.events);
  if (baseline === null) return;
  const changed = changedSections(baseline, await snapshotNow(engine));
  const sections = changed.filter((section) => !told.has(section));
  if (sections.length > 0) {
    const common = { atMs: clock.nowMs(), actor: server.name, note: "" };
    await appendEvent(
      engine,
      { ...common, kind: "CHANGED", sections },
      { act: "filing.changed", actor: server, details: { sections } },
    );
  }
  book.checkedRevision = revision;
}

/** The snapshot that was handed in last, and what has been told as changed since. */
function sinceHandedIn(events: readonly FilingEvent[]): {
  readonly baseline: FilingSnapshot | null;
  readonly told: ReadonlySet<FilingSection>;
} {
  let baseline: FilingSnapshot | null = null;
  let told = new Set<FilingSection>();
  for (const event of events) {
    if (event.kind === "CHANGED") for (const section of event.sections) told.add(section);
    if (event.kind !== "SUBMITTED" && event.kind !== "CHANGE_SUBMITTED") continue;
    baseline = event.snapshot;
    told = new Set();
  }
  return { baseline, told };
}

export async function snapshotNow(engine: Engine): Promise<FilingSnapshot> {
  return snapshotOf(await filedFacts(engine));
}

/** What is filed, as the records have it now. For use inside `engine.exclusive`. */
export async function filedFacts({ store, facts, filing }: Engine): Promise<FiledFacts> {
  const [zones, notices, assessments] = await Promise.all([
    gather((page) => store.listZones(page), filedZone),
    gatherAll((page) => store.listRecords("notice", null, page)),
    gatherAll((page) => store.listRecords("assessment", null, page)),
  ]);
  return {
    operator: facts.operator(),
    zones,
    notices,
    assessments,
    minorRules: facts.minorRules(),
    handlingRules: filing.book.handlingRules,
    security: securityFacts(filing.options.posture),
  };
}

/** Without its polygons, which may be large. */
function filedZone({ zoneId, state, placeType, purpose, method, retentionDaysMax }: FiledZone) {
  return { zoneId, state, placeType, purpose, method, retentionDaysMax };
}
