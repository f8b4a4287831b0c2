import type { Coverage } from "./coverage.js";
import { createProbeDraw } from "./probes.js";
import { queriesPerScan } from "./slab.js";
import type { Task } from "./task.js";
import { type Best, type Scanned, trueBest } from "./true-best.js";

/** Largest ef that is tried: beyond it a graph is dearer than a scan. */
export const efMax = 8_192;
const efMin = 16;
/** From one ef that is tried to the next. */
const rungFactor = 2 ** 0.25;
/** One-sided 95 %: the recall is at least what is claimed in 19 of 20 such measurements. */
const confidenceZ = 1.645;
/** Probes at least and at most; in between as many as let the bound pass with a miss or so. */
const probesMin = 256;
const probesMax = 8_192;
/** Probes that the chosen ef is timed with. */
const timedProbes = 31;

/** What was measured of one graph. */
export interface Tuning {
  /** The least ef that reaches the recall target; null when none up to `efMax` does. */
  readonly ef: number | null;
  /** Templates that the graph had. */
  readonly templates: number;
  readonly probes: number;
}

/**
 * The ef to search with until one was measured. It found the true best of at least 0.99 of
 * non-mated probes on 160-d face-like vectors with m = 24 (128 at 10,000 templates, 768 at
 * 100,000), with a margin of a half. It has to grow about as the 0.78th power of the size.
 */
export function efFor(templates: number): number {
  return Math.min(efMax, Math.max(64, Math.ceil(192 * (templates / 10_000) ** efGrowth)));
}

const efGrowth = 0.78;

/** A measured ef, for a gallery that has grown since. */
export function efScaled(ef: number, measuredAt: number, templates: number): number {
  if (templates <= measuredAt) return ef;
  return Math.min(efMax, Math.ceil(ef * (templates / measuredAt) ** efGrowth));
}

/** Probes that a recall target is measured with, an even number. */
export function probesFor(recallTarget: number): number {
  const wanted = Math.ceil(3.25 / (1 - recallTarget)) * 2;
  return Math.min(probesMax, Math.max(probesMin, wanted));
}

/** Wilson's lower bound of a proportion (https://doi.org/10.1080/01621459.1927.10502953). */
export function lowerBound(hits: number, tries: number): number {
  if (tries === 0) return 0;
  const z2 = confidenceZ ** 2;
  const part = hits / tries;
  const spread = confidenceZ * Math.sqrt((part * (1 - part) + z2 / (4 * tries)) / tries);
  return (part + z2 / (2 * tries) - spread) / (1 + z2 / tries);
}

/** What a tuning needs of its gallery. */
export interface Tuned extends Scanned {
  readonly graph: Coverage;
  readonly recallTarget: number;
  /** Set by the operator: taken as it is, and only timed. */
  readonly efFixed: number | null;
  readonly uniform: () => number;
  /** Score of the best row below `end` for the query, by the graph at this ef. */
  readonly bestByGraph: (graph: Coverage, query: Float32Array, ef: number, end: number) => number;
}

/** A probe, and what is to be found for it. */
interface Question {
  readonly vector: Float32Array;
  /** The template that it was made from, if it is a mated one. */
  readonly sourceId: string | null;
  truth: Best | null;
}

/** A measurement of one graph under way. */
export interface EfTuning {
  readonly task: Task<Tuning>;
  /** Drops the probes that this template is the source or the answer of. Call when it goes. */
  forget(templateId: string): void;
}

/**
 * Measures the least ef at which the graph's best is the true best for enough of the probes that
 * the lower confidence bound of the recall reaches the target. What a smaller ef finds, a larger
 * one is taken to find, so each ef is tried only with the probes that are still open.
 */
export function tuneEf(tuned: Tuned): EfTuning {
  const questions = new Set<Question>();
  return {
    task: run(tuned, questions),
    forget(templateId) {
      for (const question of questions) {
        const { sourceId, truth } = question;
        if (sourceId === templateId || truth?.templateId === templateId) drop(questions, question);
      }
    },
  };
}

function* run(tuned: Tuned, questions: Set<Question>): Task<Tuning> {
  const { graph, rows, recallTarget, efFixed, bestByGraph } = tuned;
  // A graph of a part of the rows, a sample, is asked for the best of that part.
  const end = () => Math.min(graph.cursor, rows.count);
  try {
    yield* ask(tuned, questions, end);
    let open = [...questions];
    for (const ef of efFixed === null ? ladder() : [efFixed]) {
      const missed: Question[] = [];
      for (const question of open) {
        if (!questions.has(question)) continue;
        const { score } = question.truth as Best;
        if (bestByGraph(graph, question.vector, ef, end()) < score) missed.push(question);
        yield;
      }
      open = missed.filter((question) => questions.has(question));
      const hits = questions.size - open.length;
      if (efFixed === null && lowerBound(hits, questions.size) < recallTarget) continue;
      yield* time(tuned, questions, ef, end);
      return { ef, templates: end(), probes: questions.size };
    }
    return { ef: null, templates: end(), probes: questions.size };
  } finally {
    for (const question of questions) drop(questions, question);
  }
}

/** Draws the probes and finds what is true for them. */
function* ask(tuned: Tuned, questions: Set<Question>, end: () => number): Task<void> {
  const { rows, uniform, recallTarget, efFixed } = tuned;
  const probes = createProbeDraw(rows, uniform);
  const wanted = efFixed === null ? probesFor(recallTarget) : timedProbes;
  const { dimension } = rows;
  for (let asked = 0; asked < wanted && end() > 0; asked += queriesPerScan) {
    const size = Math.min(queriesPerScan, wanted - asked);
    const packed = new Float32Array(size * dimension);
    const batch = Array.from({ length: size }, (_, i): Question => {
      const vector = packed.subarray(i * dimension, (i + 1) * dimension);
      return { vector, sourceId: probes.draw(vector, end()), truth: null };
    });
    for (const question of batch) questions.add(question);
    yield;
    const best = yield* trueBest(tuned, packed, size, end());
    batch.forEach((question, i) => {
      question.truth = best[i] as Best;
      // It may have gone while the rest was scanned.
      if (rows.rowOf(question.truth.templateId) === undefined) drop(questions, question);
    });
  }
}

function drop(questions: Set<Question>, question: Question): void {
  question.vector.fill(0);
  questions.delete(question);
}

function* time(
  { graph, costs, meter, bestByGraph }: Tuned,
  questions: ReadonlySet<Question>,
  ef: number,
  end: () => number,
): Task<void> {
  for (const { vector } of [...questions].slice(0, timedProbes)) {
    const templates = end();
    const work = { kind: "graph", templates, ef } as const;
    costs.noteGraph(
      templates,
      meter.time(work, () => bestByGraph(graph, vector, ef, templates)),
    );
    yield;
  }
}

function ladder(): readonly number[] {
  const rungs: number[] = [];
  for (let ef = efMin; ef < efMax; ef *= rungFactor) rungs.push(Math.round(ef));
  return [...rungs, efMax];
}
