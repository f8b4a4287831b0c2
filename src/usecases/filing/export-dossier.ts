import type { Caller } from "../../access/access.js";
import { abortError, CordonError, invalidField } from "../../base/errors.js";
import { buildDossier } from "../../filing/dossier/build.js";
import { gapKinds } from "../../filing/dossier/gap-codes.js";
import { isBlank } from "../../filing/dossier/gaps.js";
import { type DossierFormat, dossierFormats } from "../../filing/dossier/render.js";
import type { DossierGap } from "../../filing/dossier/schema.js";
import {
  newestTemplateVersion,
  type TemplateVersion,
  templateVersions,
} from "../../filing/dossier/templates/templates.js";
import { actorOf, type Engine } from "../engine.js";
import { chunksOfBytes, type FilePart, fileParts } from "../file-parts.js";
import { dossierInput } from "./dossier-input.js";
import { renderInThread } from "./render-thread.js";

export interface DossierRequest {
  /** Of `dossierFormats`; all when empty. */
  readonly formats: readonly string[];
  /** The newest when empty. */
  readonly templateVersion: string;
}

export interface DossierManifest {
  readonly complete: boolean;
  readonly gaps: readonly DossierGap[];
  /** In the order in which they are sent. */
  readonly files: readonly string[];
  readonly templateVersion: string;
}

export type DossierPart = { readonly manifest: DossierManifest } | FilePart;

/**
 * The dossier of Art. 15 as files, filled from the records as they are now. What is missing is in
 * the manifest, and on every page. That somebody was handed it is on record before it leaves.
 *
 * @throws CordonError INVALID_ARGUMENT for a format or a template version that there is not;
 *   FAILED_PRECONDITION FILING_OPERATOR_MISSING while nobody, or nobody with a unified social
 *   credit code, is on record as the operator: the file would be nobody's;
 *   RESOURCE_EXHAUSTED QUEUE_FULL while too many are under way
 */
export async function* exportDossier(
  engine: Engine,
  request: DossierRequest,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<DossierPart> {
  const formats = formatsOf(request.formats);
  const templateVersion = versionOf(request.templateVersion);
  requireFiler(engine.facts.operator());
  const leave = engine.filing.dossiers.enter();
  try {
    const { manifest, files } = await engine.filing.dossiers.alone(() =>
      makeDossier(engine, { formats, templateVersion }, signal),
    );
    const { complete, gaps } = manifest;
    const details = { complete, gaps: gaps.length, formats: [...formats], templateVersion };
    await engine.audit.append({ act: "filing.dossier", actor: actorOf(caller), details });
    yield { manifest };
    for (const { name, bytes } of files) yield* fileParts(name, chunksOfBytes(bytes), signal);
  } finally {
    leave();
  }
}

interface Order {
  readonly formats: readonly DossierFormat[];
  readonly templateVersion: TemplateVersion;
}

/** From the records as they are when its turn has come. */
async function makeDossier(engine: Engine, order: Order, signal: AbortSignal) {
  if (signal.aborted) throw abortError(signal);
  const dossier = buildDossier(await dossierInput(engine, signal));
  // The profile may have been replaced while it waited.
  requireFiler(dossier.processor);
  const { complete, gaps } = dossier;
  const files = await renderInThread({ dossier, ...order }, signal);
  const names = files.map(({ name }) => name);
  const { templateVersion } = order;
  const manifest: DossierManifest = { complete, gaps, files: names, templateVersion };
  return { manifest, files };
}

function requireFiler(operator: { readonly unifiedSocialCreditCode: string } | null): void {
  if (operator !== null && !isBlank(operator.unifiedSocialCreditCode)) return;
  const { what, remedy } = gapKinds[operator === null ? "OPERATOR" : "CREDIT_CODE"];
  throw new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "FILING_OPERATOR_MISSING",
    message:
      `No dossier is made: ${what("")} is not on record, so there is nobody to file for. ` +
      `Supply it with ServerService.SetOperator, that is: ${remedy("")}`,
  });
}

function formatsOf(words: readonly string[]): readonly DossierFormat[] {
  if (words.length > dossierFormats.length) {
    throw invalidField("formats", `must be at most ${dossierFormats.length}, each once`);
  }
  for (const [at, word] of words.entries()) {
    const isKnown = dossierFormats.some((format) => format === word);
    if (!isKnown)
      throw invalidField(`formats[${at}]`, `must be one of ${dossierFormats.join(", ")}`);
  }
  return dossierFormats.filter((format) => words.length === 0 || words.includes(format));
}

function versionOf(word: string): TemplateVersion {
  if (word === "") return newestTemplateVersion;
  const known = templateVersions.find((version) => version === word);
  if (known !== undefined) return known;
  throw invalidField("template_version", `must be one of ${templateVersions.join(", ")}`);
}
