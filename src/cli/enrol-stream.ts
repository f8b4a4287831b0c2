import type { EnrolPersonsRequest } from "../api/generated/cordon/v1/EnrolPersonsRequest.js";
import type { EnrolPersonsResponse__Output } from "../api/generated/cordon/v1/EnrolPersonsResponse.js";
import type { CordonClient } from "../transport/client/client.js";
import { type ClientStatus, CordonClientError, toClientError } from "../transport/client/error.js";
import { type EnrolAnswer, pauseMs, refusedHere, type Send, type Wait } from "./enrol-batch.js";
import { createEnrolOutbox, type Outgoing } from "./enrol-outbox.js";
import { failureOf } from "./stream-failure.js";

/** Times that a person is sent again after the stream broke. */
export const RECONNECTS_MAX = 8;
/** First pause before that, and the longest, milliseconds: about 45 s in all. */
const RECONNECT_PAUSE_MS = 500;
const RECONNECT_PAUSE_MS_MAX = 10_000;
/** A stream that owes answers and gives none for this long is broken, milliseconds. */
export const SILENCE_MS_MAX = 120_000;

/** With these another stream would end as this one did. */
const final: ReadonlySet<ClientStatus> = new Set<ClientStatus>([
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "FAILED_PRECONDITION",
  "PERMISSION_DENIED",
  "UNAUTHENTICATED",
  "UNIMPLEMENTED",
]);

/** Many persons over one stream, which is opened when it is first needed, and again when it broke. */
export interface EnrolStream {
  /** Resolves with the answer that carries the request id, in whatever order they come. */
  readonly send: Send;
  /** Ends it. Whoever still waits gets an error. */
  close(): Promise<void>;
}

export interface EnrolStreamOptions {
  /** Aborted: no further stream is opened. */
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Default {@link SILENCE_MS_MAX}. */
  readonly silenceMs?: number | undefined;
  /** Called when it broke and is opened again, once until answers come again. */
  readonly onBreak: (error: CordonClientError) => void;
}

/** Opens no call yet. */
export function openEnrolStream(client: CordonClient, options: EnrolStreamOptions): EnrolStream {
  const { signal, wait, silenceMs = SILENCE_MS_MAX, onBreak } = options;
  let live: LiveCall | null = null;
  let broken = false;
  return {
    async send(requestId, request) {
      for (let breaks = 0; ; breaks += 1) {
        try {
          if (live === null || live.isOver()) live = openCall(client, signal, silenceMs);
          const answer = await live.send(requestId, request);
          broken = false;
          return answer;
        } catch (thrown) {
          const error = toClientError(thrown);
          if (signal.aborted || final.has(error.status) || breaks === RECONNECTS_MAX) throw error;
          if (!broken) onBreak(error);
          broken = true;
          const firstMs = Math.max(RECONNECT_PAUSE_MS, error.retryAfterMs ?? 0);
          await wait(pauseMs(firstMs, breaks, RECONNECT_PAUSE_MS_MAX));
        }
      }
    },
    close: async () => live?.close(),
  };
}

interface LiveCall {
  readonly send: Send;
  isOver(): boolean;
  close(): Promise<void>;
}

/** One call. When it ends, whatever it owes is rejected with why. */
function openCall(client: CordonClient, signal: AbortSignal, silenceMs: number): LiveCall {
  const owed = new Map<string, Outgoing>();
  const outbox = createEnrolOutbox();
  const cut = new AbortController();
  let over: CordonClientError | null = null;
  let timer: NodeJS.Timeout | undefined;

  function watch(): void {
    clearTimeout(timer);
    timer = owed.size === 0 ? undefined : setTimeout(() => end(silence(silenceMs)), silenceMs);
  }

  function end(error: CordonClientError): void {
    if (over !== null) return;
    over = error;
    clearTimeout(timer);
    outbox.close();
    cut.abort();
    for (const one of owed.values()) one.reject(error);
    owed.clear();
  }

  function take(answer: EnrolPersonsResponse__Output): void {
    const one = owed.get(answer.requestId);
    owed.delete(answer.requestId);
    watch();
    one?.resolve(answerOf(answer));
  }

  async function* requests(): AsyncGenerator<EnrolPersonsRequest> {
    for await (const one of outbox) {
      const message = messageOf(one);
      if (message !== null) yield message;
      else watch();
    }
  }

  /** Null when there can be none, of which the person is told. */
  function messageOf(one: Outgoing): EnrolPersonsRequest | null {
    try {
      return { person: one.request() };
    } catch (thrown) {
      owed.delete(one.requestId);
      one.resolve(refusedHere(thrown));
      return null;
    }
  }

  async function read(): Promise<never> {
    const options = { signal: AbortSignal.any([signal, cut.signal]) };
    for await (const answer of client.enrolment.enrolPersons(requests(), options)) take(answer);
    throw new CordonClientError({ status: "UNAVAILABLE", message: "The server ended the stream." });
  }

  const reading = read().catch((thrown: unknown) => end(toClientError(thrown)));
  return {
    send: (requestId, request) =>
      new Promise<EnrolAnswer>((resolve, reject) => {
        if (over !== null) return reject(over);
        const one = { requestId, request, resolve, reject };
        owed.set(requestId, one);
        if (owed.size === 1) watch();
        outbox.push(one);
      }),
    isOver: () => over !== null,
    async close() {
      if (owed.size > 0) cut.abort();
      outbox.close();
      await reading;
    },
  };
}

function silence(ms: number): CordonClientError {
  const message = `The server answered nothing for ${Math.round(ms / 1000)} seconds.`;
  return new CordonClientError({ status: "DEADLINE_EXCEEDED", message });
}

function answerOf({ enrolled, refused }: EnrolPersonsResponse__Output): EnrolAnswer {
  if (enrolled) {
    const { personId, templates, alreadyEnrolled: already, mergeId } = enrolled;
    return { enrolled: true, personId, templates: templates.length, already, mergeId };
  }
  if (!refused) return refusedHere(new Error("The answer says neither yes nor no."));
  const { suspects, reviewId } = refused;
  return { enrolled: false, error: failureOf(refused), suspects, reviewId };
}
