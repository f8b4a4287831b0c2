import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import type { EnrolPersonRequest__Output } from "../../src/api/generated/cordon/v1/EnrolPersonRequest.js";
import type { EnrolPersonsRequest__Output } from "../../src/api/generated/cordon/v1/EnrolPersonsRequest.js";
import type { EnrolPersonsResponse } from "../../src/api/generated/cordon/v1/EnrolPersonsResponse.js";
import { CordonError, toCordonError } from "../../src/base/errors.js";
import { loadServices } from "../../src/transport/proto.js";
import { toStatusObject } from "../../src/transport/status.js";
import { cordon, type Run } from "./harness.js";

/** What one person of a stream gets; an error ends the whole stream, and "nothing" is silence. */
export type FakeAnswer = EnrolPersonsResponse | CordonError | "nothing";

export interface FakeServer {
  readonly address: string;
  /** Every person that came over a stream, in order. */
  readonly requests: EnrolPersonRequest__Output[];
  /** Person ids by request id. */
  readonly enrolled: Map<string, string>;
  /** Streams that were opened. */
  streams(): number;
  stop(): void;
}

type Judge = (
  person: EnrolPersonRequest__Output,
  server: FakeServer,
) => FakeAnswer | Promise<FakeAnswer>;

/** Enrols pictures that say "good", refuses others, and whoever it has already it has already. */
export function judge(person: EnrolPersonRequest__Output, { enrolled }: FakeServer): FakeAnswer {
  const { requestId, displayName, sources } = person;
  const bad = sources.findIndex(({ image }) => image?.toString() !== "good");
  if (bad >= 0 || sources.length === 0) {
    const field = `sources[${Math.max(0, bad)}].image`;
    const status = "INVALID_ARGUMENT";
    return refused(requestId, status, "FACE_QUALITY_POOR", {
      fields: [{ field, description: "is blurred" }],
    });
  }
  const alreadyEnrolled = enrolled.has(requestId);
  enrolled.set(requestId, `id-${displayName}`);
  const templates = sources.map(() => ({}));
  return {
    requestId,
    enrolled: { personId: `id-${displayName}`, templates, alreadyEnrolled },
  };
}

export function refused(
  requestId: string,
  status: string,
  reason: string,
  more: EnrolPersonsResponse["refused"] = {},
): EnrolPersonsResponse {
  return { requestId, refused: { status, reason, message: `says ${reason}`, ...more } };
}

/** A real gRPC server for `cordon enrol --dir`. */
export async function startFakeServer(
  decide: Judge = judge,
  messageSizeBytesMax = 0,
): Promise<FakeServer> {
  const server = new Server();
  let streams = 0;
  const { enrolment, gallery, server: about } = loadServices();
  const unary = (handlers: Readonly<Record<string, Handler>>) =>
    Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, answering(handle)]));
  const add = (definition: unknown, handlers: Readonly<Record<string, unknown>>) =>
    server.addService(definition as ServiceDefinition, handlers as never);
  const fake: FakeServer = {
    address: "",
    requests: [],
    enrolled: new Map(),
    streams: () => streams,
    stop: () => server.forceShutdown(),
  };
  const known = ({ personId }: { personId: string }) => {
    if ([...fake.enrolled.values()].includes(personId)) return { person: { personId } };
    throw new CordonError({ status: "NOT_FOUND", reason: "NOT_FOUND", message: "nobody" });
  };
  add(about, unary({ GetServerInfo: () => ({ messageSizeBytesMax }) }));
  add(gallery, unary({ GetGallery: galleryNamed }));
  add(enrolment, {
    ...unary({ GetPerson: known, GetErasureReceipt: known }),
    EnrolPersons(call: ServerDuplexStream<EnrolPersonsRequest__Output, EnrolPersonsResponse>) {
      streams += 1;
      call.on("error", () => undefined);
      call.on("data", async ({ person }: EnrolPersonsRequest__Output) => {
        if (person === null) return;
        fake.requests.push(person);
        const answer = await decide(person, fake);
        if (answer instanceof CordonError) call.emit("error", toStatusObject(answer));
        else if (answer !== "nothing") call.write(answer);
      });
      call.on("end", () => call.end());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return Object.assign(fake, { address: `127.0.0.1:${port}` });
}

type Handler = (request: never) => unknown;

function answering(handle: Handler) {
  return (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
    try {
      callback(null, handle(call.request as never));
    } catch (thrown) {
      callback(toStatusObject(toCordonError(thrown)));
    }
  };
}

function galleryNamed({ galleryId }: { galleryId: string }) {
  if (galleryId !== "nowhere") return { gallery: { galleryId } };
  const message = `There is no gallery "${galleryId}".`;
  throw new CordonError({ status: "NOT_FOUND", reason: "NOT_FOUND", message });
}

/** Runs `cordon enrol` against such a server, which stays for the next run. */
export function enrolAt(server: FakeServer, args: readonly string[]): Promise<Run> {
  return cordon(["enrol", ...args], { CORDON_ADDRESS: server.address });
}
