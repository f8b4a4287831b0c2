import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type CordonClient, createClient } from "../../src/transport/client/client.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START_MS_MAX = 60_000;

/** The real server, in a process of its own, on loopback. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly grpcAddress: string;
  readonly httpAddress: string;
  readonly client: CordonClient;
  /** Everything that it wrote to standard output so far. */
  output(): string;
  /** Resolves when it has ended: the exit code, or null when a signal killed it. */
  readonly exitCode: Promise<number | null>;
  /** Ends it with this signal and waits. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

export function makeDataDir(): string {
  return mkdtempSync(join(tmpdir(), "cordon-test-"));
}

export function removeDataDir(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true });
}

/** Whom a server runs as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

function spawnServer(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  user: User | null = null,
) {
  return spawn(process.execPath, [join(root, "dist/src/main.js")], {
    env: {
      PATH: process.env["PATH"],
      CORDON_DATA_DIR: dataDir,
      CORDON_PORT: "0",
      CORDON_HTTP_PORT: "0",
      CORDON_VISION_WORKERS: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...user,
  });
}

/** Starts the server on free ports and waits until it says that it is ready. */
export async function startServerProcess(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  user: User | null = null,
): Promise<ServerProcess> {
  const child = spawnServer(dataDir, env, user);
  const lines: string[] = [];
  const exited = once(child, "exit") as Promise<[number | null]>;
  const ready = await readyLine(child, lines, exited);
  const client = createClient({ address: ready.grpcAddress, timeoutMs: 30_000 });
  return {
    child,
    dataDir,
    ...ready,
    client,
    output: () => lines.join("\n"),
    exitCode: exited.then(([code]) => code),
    async stop(signal = "SIGTERM") {
      client.close();
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

/** Runs the server until it ends by itself; for starts that must fail. */
export async function runToItsEnd(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  user: User | null = null,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const child = spawnServer(dataDir, env, user);
  const chunks: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdout.resume();
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  return { code, stderr: Buffer.concat(chunks).toString("utf8") };
}

async function readyLine(
  child: ChildProcessByStdio<null, Readable, Readable>,
  lines: string[],
  exited: Promise<[number | null]>,
) {
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString("utf8")));
  return new Promise<{ grpcAddress: string; httpAddress: string }>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server did not start")), START_MS_MAX);
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (!line.includes('"msg":"ready"')) return;
      clearTimeout(timer);
      resolve(JSON.parse(line) as { grpcAddress: string; httpAddress: string });
    });
    exited.then(([code]) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}: ${errors.join("")}`));
    }, reject);
  });
}

/** One of the six demonstration photographs, `sample1.jpg` to `sample6.jpg`. */
export function photograph(name: string): Buffer {
  return readFileSync(join(root, "node_modules/@vladmandic/face-api/demo", name));
}

export function timestamp(ms: number) {
  return { seconds: Math.floor(ms / 1000), nanos: 0 };
}

export const YEAR_MS = 365 * 24 * 3600 * 1000;
export const lawfulBasis = { legalProvision: { citation: "Counter-Terrorism Law, Art. 50" } };

export const square = [
  [116.39, 39.9],
  [116.4, 39.9],
  [116.4, 39.91],
  [116.39, 39.91],
  [116.39, 39.9],
];
export const inside = { latitude: 39.905, longitude: 116.395 };

export const everyItem = [
  "NOTICE_ITEM_PROCESSOR",
  "NOTICE_ITEM_PURPOSE_METHOD_RETENTION",
  "NOTICE_ITEM_NECESSITY_IMPACT",
  "NOTICE_ITEM_RIGHTS",
  "NOTICE_ITEM_OTHER",
] as const;

/** What the zone "plaza" is made of. */
export const plaza = {
  zoneId: "plaza",
  displayName: "Plaza",
  placeType: "PLACE_TYPE_STREET_OR_SQUARE",
  necessity: "Threats were made against the square.",
  method: "Faces in the frames of fixed cameras are compared with one gallery.",
  geofenceGeojson: JSON.stringify({ type: "Polygon", coordinates: [square] }),
  entrances: [{ entranceId: "east", displayName: "East", position: inside }],
} as const;

/**
 * A lawful zone "plaza" with camera "gate-1" and gallery "watch", all right for a query.
 * @param nowMs the server's time
 */
export async function makeLawful(client: CordonClient, nowMs = Date.now()): Promise<void> {
  await client.server.setOperator({
    operator: { name: "Plaza Security Ltd", contact: "privacy@example.org" },
  });
  const { entrances, ...zone } = plaza;
  const validUntil = timestamp(nowMs + YEAR_MS);
  await client.zone.createZone({ ...zone, entrances: [...entrances], validUntil });
  await client.zone.registerZone({ zoneId: "plaza" });
  await client.zone.activateZone({ zoneId: "plaza" });
  await recordSign(client, nowMs);
  await client.camera.registerCamera({
    camera: { cameraId: "gate-1", zoneId: "plaza", displayName: "Gate 1", position: inside },
  });
  await client.gallery.createGallery({ galleryId: "watch", displayName: "Watch" });
  await client.gallery.authoriseGallery({ galleryId: "watch", zoneId: "plaza" });
  await publishNotice(client);
  await approveAssessment(client, "first-use", nowMs);
}

export async function recordSign(client: CordonClient, nowMs = Date.now()): Promise<void> {
  await client.signage.recordSign({
    sign: {
      signId: "east-1",
      zoneId: "plaza",
      entranceId: "east",
      position: inside,
      photoSha256: Buffer.alloc(32, 7),
      installTime: timestamp(nowMs - 1000),
      items: [...everyItem],
    },
  });
}

/** Publishes the next version of the notice "plaza-notice" for the zone "plaza". */
export async function publishNotice(client: CordonClient): Promise<void> {
  const text = {
    language: "zh-CN",
    processor: "广场保安有限公司，privacy@example.org",
    purposeMethodRetention: "维护公共安全；与一个人脸库比对；最长保存365日",
    necessityImpact: "广场曾受威胁；对个人权益影响有限",
    rights: "来信查询、更正、删除",
    other: "无",
  };
  await client.notice.publishNotice({
    notice: { noticeId: "plaza-notice", zoneIds: ["plaza"], texts: [text] },
  });
}

/** A new impact assessment of the zone "plaza", approved. */
export async function approveAssessment(
  client: CordonClient,
  assessmentId: string,
  nowMs = Date.now(),
): Promise<void> {
  await client.assessment.recordImpactAssessment({
    assessment: {
      assessmentId,
      zoneIds: ["plaza"],
      trigger: "ASSESSMENT_TRIGGER_FIRST_USE",
      lawfulness: "The purpose is lawful and the method is needed for it.",
      impact: "Small: only those enrolled are recognised.",
      risks: "Templates could leak; they are sealed.",
      measures: "They fit the risk.",
      documentSha256: Buffer.alloc(32, 9),
      validUntil: timestamp(nowMs + YEAR_MS),
    },
  });
  await client.assessment.approveImpactAssessment({ assessmentId, approver: "Li Wei" });
}

/** The lawful query, without its probe. */
export const lawfulQuery = {
  zoneId: "plaza",
  cameraId: "gate-1",
  galleryId: "watch",
  purpose: "PURPOSE_PUBLIC_SAFETY",
} as const;

/** Enrols the faces of a photograph one by one, by their boxes. */
export async function enrolEmbedding(
  client: CordonClient,
  values: readonly number[],
  modelPack: string,
  externalReference = "",
): Promise<string> {
  const { personId } = await client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    externalReference,
    lawfulBasis,
    retentionDeadline: timestamp(Date.now() + YEAR_MS),
    sources: [{ embedding: { modelPack, values: [...values] } }],
  });
  return personId;
}
