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
  readonly personCount: number;
  readonly galleryCount: number;
  readonly zoneCount: number;
}

export async function getServerInfo(engine: Engine, facts: ServerFacts): Promise<ServerInfo> {
  const [personCount, galleryCount] = await Promise.all([
    engine.store.countPersons(),
    engine.store.countGalleries(),
  ]);
  return {
    ...facts,
    vision: engine.vision.info,
    personCount,
    galleryCount,
    zoneCount: engine.facts.counts().zones,
  };
}
