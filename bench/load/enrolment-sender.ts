import { randomUUID } from "node:crypto";
import type { CordonClient } from "../../src/transport/client/client.js";
import { CordonClientError } from "../../src/transport/client/error.js";
import { createFaceDrawer } from "../gallery/draw.js";
import type { ClientSetup } from "./task.js";

/** Enrols made-up persons and erases them again, oldest first. */
export interface EnrolmentSender {
  enrol(): Promise<void>;
  /** Erases somebody whom it enrolled; enrols instead while nobody is left. */
  erase(): Promise<void>;
}

/** Why somebody is not enrolled who looks like somebody who is. */
export const SUSPECTED = "DUPLICATE_SUSPECTED";
const RETENTION_S = 300 * 86_400;

/** A request that enrols one person by an embedding, lawfully. */
export function enrolRequest(
  { modelPack, galleryId }: Pick<ClientSetup, "modelPack" | "galleryId">,
  name: string,
  vector: Float32Array,
) {
  const nowS = Math.floor(Date.now() / 1_000);
  return {
    galleryIds: [galleryId],
    externalReference: name,
    requestId: name,
    lawfulBasis: { legalProvision: { citation: "Counter-Terrorism Law, Art. 50" } },
    retentionDeadline: { seconds: nowS + RETENTION_S, nanos: 0 },
    sources: [{ embedding: { modelPack, values: Array.from(vector) } }],
  };
}

export function enrolmentSender(client: CordonClient, setup: ClientSetup): EnrolmentSender {
  const faces = createFaceDrawer(setup.seed);
  const vector = new Float32Array(setup.dimension);
  const enrolled: string[] = [];
  let drawn = 0;
  async function enrol(): Promise<void> {
    const image = drawn++;
    faces.stranger(image, vector);
    try {
      const request = enrolRequest(setup, `load-${randomUUID()}`, vector);
      enrolled.push((await client.enrolment.enrolPerson(request)).personId);
    } catch (thrown) {
      // One in a hundred strangers resembles somebody: an answer like any other.
      if (!(thrown instanceof CordonClientError) || thrown.reason !== SUSPECTED) throw thrown;
    }
  }
  return {
    enrol,
    async erase() {
      const personId = enrolled.shift();
      if (personId === undefined) return enrol();
      await client.enrolment.erasePerson({ personId });
    },
  };
}
