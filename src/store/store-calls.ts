import { CordonError, type CordonErrorInit } from "../base/errors.js";
import type { RecordChanges } from "./store.js";
import { StoreError, type StoreErrorCode } from "./store-error.js";

/** The calls that cross to the thread of the store as they are: data in, data out. */
export const storeCalls = [
  "getOperator",
  "setOperator",
  "insertZone",
  "updateZone",
  "getZone",
  "listZones",
  "putSign",
  "getSign",
  "listSigns",
  "deleteSign",
  "putCamera",
  "getCamera",
  "listCameras",
  "deleteCamera",
  "insertGallery",
  "getGallery",
  "listGalleries",
  "deleteGallery",
  "countByGallery",
  "putAuthorisation",
  "deleteAuthorisation",
  "listAuthorisations",
  "putRecord",
  "getRecord",
  "listRecords",
  "deleteRecord",
  "getNewestNotice",
  "insertPersons",
  "getPerson",
  "listParts",
  "listPersons",
  "listTemplatesOf",
  "countTemplates",
  "listOwners",
  "findRequests",
  "erasePersons",
  "discardPersons",
  "getErasure",
  "listErasures",
  "listExpired",
  "expiredBacklog",
  "putMerge",
  "undoMerge",
  "promotePart",
  "getMerge",
  "listMerges",
  "listDistinct",
  "putReview",
  "getReview",
  "getReviews",
  "listReviews",
  "countOpenReviews",
  "listKeysBelow",
  "replaceKeys",
  "countByKeyVersion",
  "countPersons",
  "countGalleries",
  "appendFilingEvent",
  "listFilingEvents",
  "putCalendar",
  "listCalendars",
  "setHandlingRules",
  "getHandlingRules",
  "putDayCount",
  "listDayCounts",
  "countTemplatesStored",
  "listPendingRecords",
  "deletePendingRecords",
  "getInstanceId",
  "getMark",
  "putMark",
  "newestSeqs",
  "position",
  "templateIdAt",
  "listPersonsAfter",
  "backup",
] as const;

/** The changes that `changing` makes; they cross as the call "change". */
export const changeCalls = [
  "setOperator",
  "insertZone",
  "updateZone",
  "putSign",
  "deleteSign",
  "putCamera",
  "deleteCamera",
  "insertGallery",
  "deleteGallery",
  "putAuthorisation",
  "deleteAuthorisation",
  "putRecord",
  "deleteRecord",
  "putMerge",
  "undoMerge",
  "putReview",
  "appendFilingEvent",
  "putCalendar",
  "setHandlingRules",
] as const satisfies readonly (keyof RecordChanges)[];

/** What may be asked of the thread. A scan is opened, asked for batches, and closed. */
export type CallName =
  | (typeof storeCalls)[number]
  | "change"
  | "scanOpen"
  | "scanNext"
  | "scanClose"
  | "close";

export interface Call {
  readonly id: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
}

/** `id` 0 tells how the opening of the store ended. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: SentError };

/** An error as it crosses between threads, which know only plain data. */
export type SentError =
  | { readonly kind: "cordon"; readonly init: Omit<CordonErrorInit, "cause"> }
  | { readonly kind: "store"; readonly code: StoreErrorCode; readonly message: string }
  | { readonly kind: "other"; readonly message: string; readonly stack: string };

export function sendError(thrown: unknown): SentError {
  if (thrown instanceof CordonError) {
    const { status, reason, message, fields, violations, metadata, retryAfterMs } = thrown;
    const init = { status, reason, message, fields, violations, metadata };
    return { kind: "cordon", init: retryAfterMs === undefined ? init : { ...init, retryAfterMs } };
  }
  if (thrown instanceof StoreError) {
    return { kind: "store", code: thrown.code, message: thrown.message };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { kind: "other", message: error.message, stack: error.stack ?? "" };
}

export function receiveError(sent: SentError): Error {
  if (sent.kind === "cordon") return new CordonError(sent.init);
  if (sent.kind === "store") return new StoreError(sent.code, sent.message);
  const error = new Error(sent.message);
  error.stack = sent.stack;
  return error;
}
