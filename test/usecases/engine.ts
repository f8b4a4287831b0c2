import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller } from "../../src/access/access.js";
import type { AuditEvent } from "../../src/audit/audit.js";
import { createByteBudget } from "../../src/base/byte-budget.js";
import { createExclusive } from "../../src/base/exclusive.js";
import { createFacts } from "../../src/compliance/facts.js";
import { shippedCalendars } from "../../src/filing/calendar-data.js";
import { rosterId } from "../../src/index/port.js";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import type { Store } from "../../src/store/store.js";
import { createLogger } from "../../src/telemetry/log.js";
import { createMetrics } from "../../src/telemetry/metrics.js";
import type { Engine } from "../../src/usecases/engine.js";
import { createErasedLately } from "../../src/usecases/erased-lately.js";
import { createFilingDesk, type FilingOptions } from "../../src/usecases/filing/desk.js";
import { startFiling } from "../../src/usecases/filing/start.js";
import { loadFacts } from "../../src/usecases/load.js";
import { createOwners } from "../../src/usecases/owners.js";
import { createRoster, enrolmentLimits } from "../../src/usecases/roster/enrol-batch.js";
import { createMarker } from "../../src/usecases/roster/marker.js";
import type { ServerFacts } from "../../src/usecases/server-info.js";
import { createTurns } from "../../src/usecases/turns.js";
import { openVault } from "../../src/vault/open-vault.js";
import { memoryAudit } from "./memory-audit.js";
import { createSpies, type Spies } from "./spies.js";

/** A clock that stands until a test moves it. */
export interface TestClock {
  nowMs(): number;
  set(ms: number): void;
  pass(ms: number): void;
}

export const DAY_MS = 86_400_000;
export const START_MS = Date.UTC(2026, 5, 1);

export interface TestEngine {
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly spies: Spies;
  /** Where its store and its keys are. */
  readonly dataDir: string;
  /** What the audit was given, in order. */
  readonly audited: readonly AuditEvent[];
  /** The same store and audit under facts and a count that are made anew, as after a restart. */
  restarted(): Promise<Engine>;
  close(): Promise<void>;
}

/**
 * The engine with its real gate, store, vault and use cases. Vision and index are spies: what they
 * find is not the point of these tests, but whether and with which permit they are asked. The
 * audit is kept in memory.
 */
export async function makeEngine(filing: Partial<FilingOptions> = {}): Promise<TestEngine> {
  const directory = await mkdtemp(join(tmpdir(), "cordon-engine-"));
  const store = await openSqliteStore({ path: join(directory, "cordon.db") });
  const clock = standingClock(START_MS);
  const spies = createSpies(clock);
  const audited: AuditEvent[] = [];
  const audit = memoryAudit(audited);
  await spies.index.createGallery(rosterId);
  const metrics = createMetrics();
  const facts = createFacts();
  const filingSettings = { ...filingOptions, ...filing };
  const engine: Engine = {
    clock,
    log: createLogger("silent"),
    metrics,
    store,
    instanceId: await store.getInstanceId(),
    vault: await openVault({
      provider: "file",
      keyFile: join(directory, "key.json"),
      signerFile: join(directory, "signer.json"),
      createIfAbsent: true,
    }),
    facts,
    vision: spies.vision,
    index: spies.index,
    audit,
    policy: {
      calibration,
      fpirTarget: 0.003,
      fpirReview: 0.01,
      fpirDuplicate: 0.01,
      galleryPersonsFloor: 1000,
    },
    owners: createOwners(store),
    erased: createErasedLately(),
    turns: createTurns(),
    streamBytes: createByteBudget(1 << 20),
    exclusive: createExclusive(),
    roster: createRoster(() => engine, enrolmentLimits(spies)),
    marker: createMarker({ store, audit, clock }),
    filing: createFilingDesk({ store, audit, clock, facts, metrics }, filingSettings),
  };
  await startFiling(engine);
  return {
    engine,
    clock,
    spies,
    dataDir: directory,
    audited,
    async restarted() {
      const loaded = await factsOf(store);
      const parts = { store, audit, clock, facts: loaded, metrics };
      const filing = createFilingDesk(parts, filingSettings);
      const again: Engine = {
        ...engine,
        facts: loaded,
        filing,
        exclusive: createExclusive(),
        roster: createRoster(() => again, enrolmentLimits(spies)),
      };
      await startFiling(again);
      return again;
    },
    async close() {
      metrics.stop();
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function factsOf(store: Store) {
  const facts = createFacts();
  await loadFacts(store, facts);
  return facts;
}

function standingClock(startMs: number): TestClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    set: (ms) => {
      nowMs = ms;
    },
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

const filingOptions: FilingOptions = {
  thresholdPersons: 100_000,
  policy: "block-enrolment",
  calendars: shippedCalendars,
  posture: {
    ...{ keyProvider: "file", tls: false, mutualTls: false, tokens: false, loopbackOnly: true },
    ...{ callers: [{ role: "administrator", callers: 1 }], auditRetentionDays: 1_096 },
  },
};

const calibration = [
  [0.2, -2],
  [0.4, -5],
  [0.6, -8],
] as const;

export const administrator: Caller = {
  name: "test",
  role: "administrator",
  cameraId: null,
  address: "127.0.0.1",
};

export const serverFacts: ServerFacts = {
  version: "0.0.0",
  startedAtMs: START_MS,
  dataDir: "",
  indexDriver: "exact",
  faceSizeMinPx: 20,
  messageSizeBytesMax: 1 << 20,
  imageSizeBytesMax: 1 << 20,
  imagePixelsMax: 1 << 20,
  facesPerFrameMax: 100,
  fpirTarget: 0.003,
};
