import { type Command, InvalidArgumentError } from "commander";
import type { AuditFilter } from "../api/generated/cordon/v1/AuditFilter.js";
import { personId } from "./ids.js";
import { slug, text, timestamp } from "./parse.js";

/** Characters of an actor, an act or a reason at most. */
const WORD_CHARACTERS_MAX = 128;

export interface FilterOptions {
  readonly from?: ReturnType<typeof timestamp>;
  readonly until?: ReturnType<typeof timestamp>;
  readonly zone?: string;
  readonly camera?: string;
  readonly person?: string;
  readonly actor?: string;
  readonly act?: string;
  readonly reason?: string;
}

/** Adds what records can be asked for by. All that is given must hold. */
export function withFilter(command: Command): Command {
  return command
    .option("--from <time>", "records of this time or later, 2026-05-04T18:00:00+08:00", timestamp)
    .option("--until <time>", "records before this time", timestamp)
    .option("--zone <zone>", "only of this zone", slug)
    .option("--camera <camera>", "only of this camera", slug)
    .option("--person <id>", "only those that name this person: enrolled, erased, found", personId)
    .option("--actor <name>", "only by this caller", text(WORD_CHARACTERS_MAX))
    .option("--act <act>", "only this act, as identify; zone. for all that begin so", act)
    .option("--reason <reason>", "only with this reason, as SIGNAGE_STALE", reason);
}

/** The filter as the API has it; of what was not given, nothing. */
export function filterOf(options: FilterOptions): AuditFilter {
  const { from, until, zone, camera, person, actor, act: asked, reason: why } = options;
  return {
    ...(from === undefined ? {} : { fromTime: from }),
    ...(until === undefined ? {} : { untilTime: until }),
    ...(zone === undefined ? {} : { zoneId: zone }),
    ...(camera === undefined ? {} : { cameraId: camera }),
    ...(person === undefined ? {} : { personId: person }),
    ...(actor === undefined ? {} : { actor }),
    ...(asked === undefined ? {} : { act: asked }),
    ...(why === undefined ? {} : { reason: why }),
  };
}

function act(value: string): string {
  if (/^[a-z]+(-[a-z]+)*(\.[a-z]*(-[a-z]+)*)*$/.test(value)) return value;
  throw new InvalidArgumentError("Write an act as the list shows it: identify, or zone. for all.");
}

function reason(value: string): string {
  if (/^[A-Za-z][A-Za-z_-]{0,127}$/.test(value)) return value.toUpperCase().replaceAll("-", "_");
  throw new InvalidArgumentError("Write a reason such as SIGNAGE_STALE.");
}
