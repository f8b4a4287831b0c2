import { CordonError, invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { identifyStream, type StreamMessage } from "../../usecases/identify-stream.js";
import type { StreamQuery } from "../../usecases/streams/query-desk.js";
import type { Bidi } from "../context.js";
import type { IdentifyRequest__Output } from "../generated/cordon/v1/IdentifyRequest.js";
import type { IdentifyStreamRequest__Output } from "../generated/cordon/v1/IdentifyStreamRequest.js";
import type { IdentifyStreamResponse } from "../generated/cordon/v1/IdentifyStreamResponse.js";
import type { IdentifyStreamSettings__Output } from "../generated/cordon/v1/IdentifyStreamSettings.js";
import type { TaggedQuery__Output } from "../generated/cordon/v1/TaggedQuery.js";
import { guardRequest } from "../guard.js";
import { checkEmbeddingSize } from "../probe.js";
import { wireSizeOf } from "../wire-size.js";
import { toQuery } from "./query.js";
import { toResult } from "./result.js";
import { fillIn, toStreamSettings } from "./stream-settings.js";

/** Queries of one message at most. */
const QUERIES_MAX = 64;
/** Bytes that a query holds besides those of its message, near enough. */
const QUERY_BYTES = 1024;

/** What is wrong with one query is that query's failure, and the stream goes on. */
export function identifyStreamRpc(
  engine: Engine,
): Bidi<IdentifyStreamRequest__Output, IdentifyStreamResponse> {
  const { modelPack } = engine.vision.info;
  return async function* (requests, { caller, signal }) {
    const messages = readAll(engine, requests);
    for await (const results of identifyStream(engine, messages, caller, signal)) {
      yield { results: results.map((one) => toResult(one.tag, one, modelPack)) };
    }
  };
}

async function* readAll(
  engine: Engine,
  requests: AsyncIterable<IdentifyStreamRequest__Output>,
): AsyncGenerator<StreamMessage> {
  let defaults: IdentifyStreamSettings__Output | null = null;
  for await (const message of requests) {
    defaults ??= message.settings;
    yield toMessage(engine, message, defaults);
  }
}

function toMessage(
  engine: Engine,
  message: IdentifyStreamRequest__Output,
  defaults: IdentifyStreamSettings__Output | null,
): StreamMessage {
  const { settings, queries } = message;
  if (queries.length > QUERIES_MAX) {
    const description = `must be at most ${QUERIES_MAX} in a message, and are ${queries.length}`;
    throw invalidField("queries", description);
  }
  // Those that handed it on hold it until the next one comes, and what it held shall be gone then.
  message.queries = [];
  return {
    settings: settings === null ? null : toStreamSettings(settings),
    queries: queries.map((query, at) => toStreamQuery(engine, query, at, defaults)),
    sizeBytes: wireSizeOf(message) + queries.length * QUERY_BYTES,
  };
}

function toStreamQuery(
  engine: Engine,
  { tag, deadlineMs, query }: TaggedQuery__Output,
  at: number,
  defaults: IdentifyStreamSettings__Output | null,
): StreamQuery {
  // Its answer could not carry it.
  if (!Number.isSafeInteger(tag)) {
    throw invalidField(`queries[${at}].tag`, `must be at most ${Number.MAX_SAFE_INTEGER}`);
  }
  try {
    if (query === null) throw invalidField("query", "is required");
    guardRequest(query);
    checkEmbeddingSize(engine.vision, query, "probe");
    return soundQuery(engine, { tag, deadlineMs, query }, defaults);
  } catch (thrown) {
    if (thrown instanceof CordonError) return { tag, wrong: thrown };
    throw thrown;
  }
}

/** Apart from the others, which must not hold what this one reads. */
function soundQuery(
  engine: Engine,
  { tag, deadlineMs, query }: TaggedQuery__Output & { readonly query: IdentifyRequest__Output },
  defaults: IdentifyStreamSettings__Output | null,
): StreamQuery {
  return {
    tag,
    deadlineMs,
    read() {
      if (defaults !== null) fillIn(query, defaults);
      return toQuery(engine, query);
    },
  };
}
