import { endianness } from "node:os";
import { ChannelCredentials, Client } from "@grpc/grpc-js";
import { PERSONS_PER_MESSAGE_MAX } from "../../src/api/enrolment/enrol-persons.js";
import type { EnrolPersonsResponse__Output } from "../../src/api/generated/cordon/v1/EnrolPersonsResponse.js";
import { callStream } from "../../src/transport/client/stream.js";
import { loadServices } from "../../src/transport/proto.js";
import { BenchError } from "../errors.js";
import type { Progress } from "../progress.js";
import { galleryId, seconds } from "./world.js";

/**
 * Enrols persons over one stream, as fast as the server takes them. Their requests are encoded
 * beforehand: on the same cores the client's work would count as the server's.
 * @returns seconds it took, and processor seconds of this process
 * @throws BenchError when one is not enrolled
 */
export async function enrolMany(
  address: string,
  modelPack: string,
  vectors: readonly (readonly number[])[],
  progress: Progress,
  prefix: string,
): Promise<{ readonly seconds: number; readonly clientCpuSeconds: number }> {
  const method = loadServices().enrolment.EnrolPersons;
  const messages = [...encodeAll(modelPack, vectors, prefix)];
  const connection = new Client(address, ChannelCredentials.createInsecure());
  const encoded = { ...method, requestSerialize: (message: Buffer) => message };
  const options = { timeoutMs: undefined, signal: undefined, token: undefined };
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  try {
    const answers = callStream(connection, encoded, sendAll(messages), options);
    for await (const message of answers as AsyncIterable<EnrolPersonsResponse__Output>) {
      for (const { refused } of message.answers) {
        if (refused) throw new BenchError(`not enrolled: ${refused.reason}: ${refused.message}`);
      }
      progress.add(message.answers.length);
    }
  } finally {
    connection.close();
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    seconds: (performance.now() - started) / 1_000,
    clientCpuSeconds: (user + system) / 1e6,
  };
}

async function* sendAll(messages: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* messages;
}

function* encodeAll(
  modelPack: string,
  vectors: readonly (readonly number[])[],
  prefix: string,
): Generator<Buffer> {
  const { requestSerialize } = loadServices().enrolment.EnrolPersons;
  const retentionDeadline = seconds(300 * 86_400);
  const person = (values: readonly number[], at: number) => ({
    galleryIds: [galleryId],
    externalReference: `${prefix}-${at}`,
    lawfulBasis: { legalProvision: { citation: "Counter-Terrorism Law, Art. 50" } },
    retentionDeadline,
    requestId: `${prefix}-${at}`,
    sources: [{ embedding: { modelPack, packedValues: packFloats(values) } }],
  });
  for (let first = 0; first < vectors.length; first += PERSONS_PER_MESSAGE_MAX) {
    const some = vectors.slice(first, first + PERSONS_PER_MESSAGE_MAX);
    yield requestSerialize({ persons: some.map((values, at) => person(values, first + at)) });
  }
}

/** Float32, little-endian. */
function packFloats(values: readonly number[]): Buffer {
  const bytes = Buffer.from(Float32Array.from(values).buffer);
  return endianness() === "LE" ? bytes : bytes.swap32();
}
