/**
 * What the parts are opened with, from the configuration: the composition root's helper, and as
 * free as `main.ts` to know every folder.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { loadTokenFile, type TokenEntry } from "./access/tokens.js";
import { isLoopbackHost } from "./base/loopback.js";
import { version } from "./base/package.js";
import type { Config } from "./config/schema.js";
import { type DecisionPolicy, policyProblem } from "./decision/thresholds.js";
import type { IndexOptions } from "./index/options.js";
import type { Store } from "./store/store.js";
import type { AdmitLimits } from "./transport/interceptors/admit.js";
import { startCalendars } from "./usecases/filing/calendars.js";
import type { FilingOptions } from "./usecases/filing/desk.js";
import type { ServerFacts } from "./usecases/server-info.js";
import { keyFileNames } from "./vault/key-file.js";
import type { VaultOptions } from "./vault/open-vault.js";
import { signerFileName } from "./vault/signer-file.js";
import type { EngineOptions } from "./vision/options.js";

/**
 * Index workers when their number is left to the server. Each is told of every batch, so that many
 * cost the host's thread more than they win on any but the largest galleries.
 */
const INDEX_WORKERS_MAX = 8;

/** Where the keys come from. */
export async function vaultOptions(config: Config, store: Store): Promise<VaultOptions> {
  const { data_dir } = config.store;
  const { vault } = config;
  return {
    provider: vault.provider,
    keyFile: vault.key_file || join(data_dir, keyFileNames[vault.provider]),
    signerFile: join(data_dir, signerFileName),
    transit: {
      address: vault.transit_address,
      mount: vault.transit_mount,
      key: vault.transit_key,
      tokenFile: vault.transit_token_file,
      caFile: vault.transit_ca_file,
    },
    // A new key over stored persons would lock them out for ever.
    createIfAbsent: (await store.countPersons()) === 0,
    // Without a mark, an older version wrote the data, which signed nothing.
    createSignerIfAbsent: (await store.getMark()) === null,
  };
}

export function admitLimits(server: Config["server"]): AdmitLimits {
  return {
    callsMax: server.calls_in_flight_max,
    streamsMax: server.streams_max,
    streamsPerPeerMax: server.streams_per_peer_max,
  };
}

/** @throws Error when the pack's calibration or the configured probabilities make no threshold */
export function decisionPolicy(
  config: Config,
  calibration: DecisionPolicy["calibration"],
): DecisionPolicy {
  const { fpir_target, fpir_review, fpir_duplicate, gallery_persons_floor } = config.decision;
  const policy = {
    calibration,
    fpirTarget: fpir_target,
    fpirReview: fpir_review,
    fpirDuplicate: fpir_duplicate,
    galleryPersonsFloor: gallery_persons_floor,
  };
  const problem = policyProblem(policy);
  if (problem !== null) throw new Error(`No threshold can be set: ${problem}.`);
  return policy;
}

/** How galleries are searched. */
export function indexOptions({ index, vision }: Config): Omit<IndexOptions, "dimension" | "clock"> {
  const workers = index.workers || Math.min(availableParallelism(), INDEX_WORKERS_MAX);
  const { recall_target: recallTarget, recall_sample_fraction: recallSampleFraction } = index;
  return {
    driver: index.driver,
    workers,
    queueMax: index.queue_max,
    // One frame is one search, however many faces it holds.
    queriesMax: vision.faces_per_frame_max,
    batchWindowMs: index.batch_window_ms,
    hnsw: { recallTarget, recallSampleFraction },
  };
}

/**
 * The callers of the token file; null without one.
 * @throws Error with every problem of it
 */
export async function tokenEntries(file: string): Promise<readonly TokenEntry[] | null> {
  if (file === "") return null;
  const read = await loadTokenFile(file);
  if (read.ok) return read.entries;
  throw new Error(read.problems.join("\n"));
}

/** @throws Error when a calendar of the configured folder is not usable */
export async function filingOptions(
  config: Config,
  callers: readonly TokenEntry[] | null,
): Promise<FilingOptions> {
  const { filing, server, vault, audit } = config;
  return {
    thresholdPersons: filing.threshold_persons,
    policy: filing.overdue_policy,
    calendars: await startCalendars(filing.calendar_dir),
    posture: {
      keyProvider: vault.provider,
      tls: server.tls_cert_file !== "",
      mutualTls: server.tls_client_ca_file !== "",
      tokens: server.token_file !== "",
      loopbackOnly: isLoopbackHost(server.host),
      callers: callersByRole(callers),
      auditRetentionDays: audit.retention_days,
    },
  };
}

/** Without a token file there is one caller, who is the administrator. */
function callersByRole(callers: readonly TokenEntry[] | null) {
  const counts = new Map<string, number>();
  for (const { role } of callers ?? [{ role: "administrator" }]) {
    counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return [...counts].map(([role, count]) => ({ role, callers: count }));
}

export function visionEngineOptions(vision: Config["vision"]): Partial<EngineOptions> {
  return {
    executionProvider: vision.execution_provider,
    imageBytesMax: vision.image_size_bytes_max,
    imagePixelsMax: vision.image_pixels_max,
    faceSizeMinPx: vision.face_size_min_px,
    facesPerFrameMax: vision.faces_per_frame_max,
  };
}

export function serverFacts(config: Config, startedAtMs: number): ServerFacts {
  const { vision } = config;
  return {
    version,
    startedAtMs,
    dataDir: config.store.data_dir,
    indexDriver: config.index.driver,
    faceSizeMinPx: vision.face_size_min_px,
    messageSizeBytesMax: config.server.message_size_bytes_max,
    imageSizeBytesMax: vision.image_size_bytes_max,
    imagePixelsMax: vision.image_pixels_max,
    facesPerFrameMax: vision.faces_per_frame_max,
    fpirTarget: config.decision.fpir_target,
  };
}
