import type { IndexReport } from "../index/port.js";
import type { VisionInfo } from "../vision/port.js";
import type { Engine } from "./engine.js";

/** Settings and limits that a caller may want to know. Fixed at start. */
export interface ServerFacts {
  readonly version: string;
  readonly startedAtMs: number;
  /** Where everything is kept. Told to nobody. */
  readonly dataDir: string;
  readonly indexDriver: string;
  readonly faceSizeMinPx: number;
  readonly messageSizeBytesMax: number;
  readonly imageSizeBytesMax: number;
  readonly imagePixelsMax: number;
  readonly facesPerFrameMax: number;
  readonly fpirTarget: number;
}

export interface ServerInfo extends ServerFacts {
  readonly vision: VisionInfo;
  readonly index: IndexReport;
  readonly personCount: number;
  readonly galleryCount: number;
  readonly zoneCount: number;
}

/** @param galleries tell of so many of the largest, 0 to 100 */
export async function getServerInfo(
  engine: Engine,
  facts: ServerFacts,
  galleries: number,
): Promise<ServerInfo> {
  const [personCount, galleryCount, index] = await Promise.all([
    engine.store.countPersons(),
    engine.store.countGalleries(),
    engine.index.report(galleries),
  ]);
  return {
    ...facts,
    vision: engine.vision.info,
    index,
    personCount,
    galleryCount,
    zoneCount: engine.facts.counts().zones,
  };
}
