import type { Gallery } from "../../src/index/gallery.js";
import { graphLibrary } from "../../src/index/graph.js";
import { type Meter, machineMeter } from "../../src/index/meter.js";
import { type HnswOptions, hnswDefaults } from "../../src/index/options.js";
import type { IndexDriverName } from "../../src/index/port.js";
import { createGallery, type GalleryTools } from "../../src/index/shard-gallery.js";
import { createSlab, type Slab } from "../../src/index/slab.js";

/** A gallery in this thread, as a worker would make it. */
export function galleryOf(
  driver: IndexDriverName,
  slab: Slab | number,
  options: Partial<HnswOptions> = {},
  meter: Meter = machineMeter,
): Gallery {
  return createGallery(toolsOf(slab, options, meter), driver);
}

/** What the galleries of a worker share. */
export function toolsOf(
  slab: Slab | number,
  options: Partial<HnswOptions> = {},
  meter: Meter = machineMeter,
): GalleryTools {
  return {
    slab: typeof slab === "number" ? createSlab(slab) : slab,
    options: { ...hnswDefaults, ...options },
    library: graphLibrary,
    meter,
  };
}

/** Does all the background work there is. */
export function finishUpkeep(gallery: Gallery): void {
  while (gallery.upkeep(true));
}
