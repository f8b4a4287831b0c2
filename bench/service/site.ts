import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError } from "../errors.js";
import { createFaceDrawer, DIMENSION } from "../gallery/draw.js";
import { drawProbes } from "../index/files.js";
import { enrolRequest, SUSPECTED } from "../load/enrolment-sender.js";
import { type LoadClient, startLoadClient } from "../load/load-client.js";
import { cameraId, galleryId, makeLawful, zoneId } from "../people/world.js";
import { type BenchServer, startBenchServer } from "../process/bench-server.js";
import { createProgress, type ProgressStream } from "../progress.js";

/** A second camera of the same zone, for who must not suffer from the first. */
export const otherCameraId = "gate-2";

/** A running server with persons enrolled, and what its clients send. */
export interface Site {
  readonly server: BenchServer;
  readonly modelPack: string;
  readonly persons: number;
  /** Persons drawn who resembled somebody and were left out. */
  readonly suspected: number;
  /** For what the bench writes; removed at the end. */
  readonly scratch: string;
  readonly probesFile: string;
  readonly probes: number;
  startClient(camera: string): Promise<LoadClient>;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly persons: number;
  readonly seed: number;
  readonly data: string | null;
  /** JPEG frames that clients send. */
  readonly frames: readonly Uint8Array[];
  readonly stderr: ProgressStream;
  readonly signal: AbortSignal;
}

const PROBES = 2_000;

/** Starts a server, makes it lawful, and enrols whoever is missing. */
export async function openSite(options: SiteOptions): Promise<Site> {
  const { signal, seed, persons } = options;
  const scratch = await mkdtemp(join(tmpdir(), "cordon-service-bench-"));
  const dataDir = options.data ?? join(scratch, "data");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const remove = () => rm(scratch, { recursive: true, force: true });
  const clients: LoadClient[] = [];
  let server: BenchServer | null = null;
  try {
    const probesFile = join(scratch, "probes.f32");
    await writeFile(probesFile, new Uint8Array(drawProbes(persons, PROBES, seed).values.buffer));
    const frames = options.frames.map((_, at) => join(scratch, `frame-${at}.jpg`));
    for (const [at, bytes] of options.frames.entries()) await writeFile(frames[at] ?? "", bytes);
    const running = await startBenchServer(dataDir, {}, signal);
    server = running;
    const { modelPack, suspected } = await fill(running, options);
    return {
      ...{ server: running, modelPack, persons, suspected, scratch, probesFile, probes: PROBES },
      async startClient(camera) {
        const names = { zoneId, galleryId, cameraId: camera, modelPack };
        const material = { probesFile, probes: PROBES, dimension: DIMENSION, frames };
        // Persons whom clients enrol are new ones in every run, also into a folder that is kept.
        const own = { address: running.address, seed: (Date.now() + clients.length) % 2 ** 30 };
        const client = await startLoadClient({ ...names, ...material, ...own }, signal);
        clients.push(client);
        return client;
      },
      async close() {
        await Promise.all(clients.map((client) => client.close()));
        await running.stop();
        await remove();
      },
    };
  } catch (thrown) {
    await server?.stop();
    await remove();
    throw thrown;
  }
}

async function fill(
  { client }: BenchServer,
  { persons, seed, stderr, signal }: SiteOptions,
): Promise<{ readonly modelPack: string; readonly suspected: number }> {
  const { modelPack: pack, personCount } = await client.server.getServerInfo({});
  const modelPack = pack?.name ?? "";
  if (personCount === 0) await makeLawful(client);
  await registerOther(client);
  const missing = persons - personCount;
  if (missing <= 0) return { modelPack, suspected: 0 };
  const progress = createProgress("persons enrolled", missing, stderr);
  const faces = createFaceDrawer(seed);
  const vector = new Float32Array(DIMENSION);
  let enrolled = personCount;
  let drawn = personCount;
  let suspected = 0;
  async function* requests() {
    // Who is suspected is made good by the next; what is under way may overshoot a little.
    while (drawn - suspected < persons) {
      signal.throwIfAborted();
      faces.enrolled(drawn, vector);
      yield { person: enrolRequest({ modelPack, galleryId }, `bench-${seed}-${drawn}`, vector) };
      drawn += 1;
    }
  }
  while (enrolled < persons) {
    for await (const { refused } of client.enrolment.enrolPersons(requests())) {
      if (!refused) enrolled += 1;
      else if (refused.reason === SUSPECTED) suspected += 1;
      else throw new BenchError(`not enrolled: ${refused.reason}: ${refused.message}`);
      progress.add();
    }
    // The next stream draws whom this one lacks.
    drawn = enrolled + suspected;
  }
  progress.end();
  return { modelPack, suspected };
}

async function registerOther(client: BenchServer["client"]): Promise<void> {
  const { cameras } = await client.camera.listCameras({ pageSize: 10 });
  if (cameras.some((camera) => camera.cameraId === otherCameraId)) return;
  const [first] = cameras.filter((camera) => camera.cameraId === cameraId);
  if (!first?.position) throw new BenchError("the data folder is of another bench");
  const { position } = first;
  await client.camera.registerCamera({
    camera: { cameraId: otherCameraId, zoneId, displayName: "Gate 2", position },
  });
}
