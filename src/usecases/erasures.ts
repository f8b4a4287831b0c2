import type { Caller } from "../access/access.js";
import { CordonError, invalidField, notFound } from "../base/errors.js";
import { REASON_CHARACTERS_MAX } from "../base/reason.js";
import type { Erasure, ErasureCause } from "../store/erasure-records.js";
import type { PersonRow } from "../store/person-records.js";
import { actorOf, type Engine } from "./engine.js";
import { eraseRows } from "./roster/erase-rows.js";
import { lastErasure, ownRow } from "./roster/who.js";

/** What proves an erasure. */
export interface Receipt {
  /** Canonical JSON. */
  readonly payload: string;
  /** Ed25519 over the bytes of the payload, 64 bytes. */
  readonly signature: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface ErasureView {
  readonly personId: string;
  readonly templatesErased: number;
  readonly erasedAtMs: number;
  readonly receipt: Receipt;
}

const CHANNEL_CHARACTERS_MAX = 100;

/** Erases a person everywhere. Asked again, it gives the same receipt. */
export function erasePerson(
  engine: Engine,
  { personId, reason }: { readonly personId: string; readonly reason: string },
  caller: Caller,
): Promise<ErasureView> {
  if (reason.length > REASON_CHARACTERS_MAX) {
    throw invalidField("reason", `must have at most ${REASON_CHARACTERS_MAX} characters`);
  }
  return erase(engine, personId, { cause: "ERASURE", note: { reason }, caller });
}

/** A person takes their consent back (Art. 6): the same act, and on record as what it is. */
export function withdrawConsent(
  engine: Engine,
  request: {
    readonly personId: string;
    readonly withdrawnAtMs: number | null;
    readonly channel: string;
  },
  caller: Caller,
): Promise<ErasureView> {
  const { personId, channel } = request;
  const nowMs = engine.clock.nowMs();
  const withdrawnAtMs = request.withdrawnAtMs ?? nowMs;
  if (withdrawnAtMs > nowMs) throw invalidField("withdraw_time", "must not lie in the future");
  if (channel.length > CHANNEL_CHARACTERS_MAX) {
    throw invalidField("channel", `must have at most ${CHANNEL_CHARACTERS_MAX} characters`);
  }
  const note = { withdrawnAtMs, channel };
  return erase(engine, personId, { cause: "CONSENT_WITHDRAWN", note, caller });
}

/** @throws CordonError NOT_FOUND */
export async function getErasureReceipt(engine: Engine, personId: string): Promise<Receipt> {
  const erasure = await lastErasure(engine, personId);
  if (erasure === null) throw notFound("erasure of person", personId);
  return receiptOf(erasure);
}

async function erase(
  engine: Engine,
  personId: string,
  why: {
    readonly cause: ErasureCause;
    readonly note: Readonly<Record<string, string | number>>;
    readonly caller: Caller;
  },
): Promise<ErasureView> {
  const erased = await engine.roster.alone(async () => {
    const own = await ownRow(engine, personId);
    if (own === null) return null;
    const rows = await engine.store.listParts(own.personId);
    const { cause, note, caller } = why;
    if (cause === "CONSENT_WITHDRAWN") requireConsent(rows);
    const one = { personId: own.personId, rows, cause, note, actor: actorOf(caller) };
    const [done] = await eraseRows(engine, [one]);
    return done ?? null;
  });
  await erased?.recorded;
  const erasure = erased?.erasure ?? (await lastErasure(engine, personId));
  if (erasure === null) throw notFound("person", personId);
  return viewOf(erasure);
}

/** What was never given cannot be taken back: such a person is erased by its own call. */
function requireConsent(rows: readonly PersonRow[]): void {
  if (rows.some(({ lawfulBasis }) => lawfulBasis.kind === "consent")) return;
  throw new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "STATE_TRANSITION_INVALID",
    message:
      "This person was enrolled by a law and not on consent, so there is none to withdraw. Erase " +
      "the person (ErasePerson), if they are to be erased.",
  });
}

function viewOf(erasure: Erasure): ErasureView {
  const { personId, templates: templatesErased, erasedAtMs } = erasure;
  return { personId, templatesErased, erasedAtMs, receipt: receiptOf(erasure) };
}

function receiptOf({ receipt, signature, publicKey }: Erasure): Receipt {
  return { payload: receipt, signature, publicKey };
}
