import type { IdentifyResult__Output } from "../../src/api/generated/cordon/v1/IdentifyResult.js";
import type { IdentifyStreamRequest } from "../../src/api/generated/cordon/v1/IdentifyStreamRequest.js";
import type { TaggedQuery } from "../../src/api/generated/cordon/v1/TaggedQuery.js";
import type { CordonClient } from "../../src/transport/client/client.js";
import { errorText } from "../errors.js";
import type { Material } from "./material.js";
import { createOutbox } from "./outbox.js";
import type { ClientSetup, Operation } from "./task.js";

/** Sends queries of one kind or another, and says when each is answered. */
export interface QuerySender {
  /** Rejects with why it was not answered. */
  send(operation: Operation, n: number): Promise<void>;
  close(): Promise<void>;
}

/** Queries in one message: the server's limit. Frames go alone, since each is large. */
const QUERIES_PER_MESSAGE_MAX = 64;
/** Queries that a stream lets be under way: the server's limit. */
const STREAM_IN_FLIGHT_MAX = 256;
/** Longest that a query may wait before the server drops it: the server's limit. */
const QUERY_DEADLINE_MS = 60_000;

/** Every query in a call of its own. */
export function unarySender(
  client: CordonClient,
  { zoneId, cameraId, galleryId }: ClientSetup,
  material: Material,
): QuerySender {
  return {
    async send(operation, n) {
      const query = { zoneId, cameraId, galleryId, ...material.probe(operation, n) };
      await client.identification.identify(query);
    },
    close: async () => undefined,
  };
}

/** Queries by streams, those of one turn of the event loop together, as a busy recorder sends them. */
export function streamSender(
  client: CordonClient,
  setup: ClientSetup,
  material: Material,
  streams: number,
): QuerySender {
  const lanes = Array.from({ length: streams }, () => openLane(client, setup));
  let sent = 0;
  return {
    send(operation, n) {
      const lane = lanes[sent++ % lanes.length];
      if (lane === undefined) return Promise.reject(new Error("there is no stream"));
      return lane.send(material.probe(operation, n), operation === "frame");
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

interface Waiting {
  resolve(): void;
  reject(reason: unknown): void;
}

function openLane(client: CordonClient, { zoneId, cameraId, galleryId }: ClientSetup) {
  const outbox = createOutbox<IdentifyStreamRequest>();
  const waiting = new Map<number, Waiting>();
  let broken: unknown = null;
  let gathered: TaggedQuery[] = [];
  let tags = 0;
  outbox.push({
    settings: {
      ...{ zoneId, cameraId, galleryId, framePolicy: "FRAME_POLICY_EVERY_FRAME" },
      ...{ queryDeadlineMs: QUERY_DEADLINE_MS, queriesInFlightMax: STREAM_IN_FLIGHT_MAX },
    },
  });

  function flush(): void {
    if (gathered.length === 0) return;
    outbox.push({ queries: gathered });
    gathered = [];
  }

  function settle(result: IdentifyResult__Output): void {
    const one = waiting.get(result.tag);
    waiting.delete(result.tag);
    const { failure } = result;
    if (failure) one?.reject(new Error(`${failure.status} ${failure.reason}`));
    else one?.resolve();
  }

  const reading = (async () => {
    try {
      const answers = client.identification.identifyStream(outbox);
      for await (const { results } of answers) for (const result of results) settle(result);
      broken = new Error("the stream ended");
    } catch (thrown) {
      broken = new Error(`the stream broke: ${errorText(thrown)}`);
    }
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  })();

  return {
    send(query: NonNullable<TaggedQuery["query"]>, alone: boolean): Promise<void> {
      if (broken !== null) return Promise.reject(broken);
      const tag = tags++;
      if (alone) outbox.push({ queries: [{ tag, query }] });
      else {
        if (gathered.length === 0) setImmediate(flush);
        gathered.push({ tag, query });
        if (gathered.length === QUERIES_PER_MESSAGE_MAX) flush();
      }
      return new Promise((resolve, reject) => waiting.set(tag, { resolve, reject }));
    },
    async close() {
      flush();
      outbox.end();
      await reading;
    },
  };
}
