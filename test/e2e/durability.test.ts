import { expect, it } from "vitest";
import type { CordonClient } from "../../src/transport/client/client.js";
import { toClientError } from "../../src/transport/client/error.js";
import { drawUnitVector } from "../drawn.js";
import { lawfulBasis, lawfulQuery, makeLawful, timestamp, YEAR_MS } from "./harness.js";
import { placePerTest } from "./own-server.js";

/**
 * Rounds of load and SIGKILL. More of them by CORDON_KILL_ROUNDS=100; the suite runs a few.
 */
const ROUNDS = Number(process.env["CORDON_KILL_ROUNDS"] ?? 3);
const LOAD_MS = [200, 1_500] as const;
const CALLERS = 4;

const place = placePerTest();

/** What was sent under one request id. */
interface Attempt {
  readonly requestId: string;
  readonly values: readonly number[];
  personId: string;
  state: "sent" | "enrolled" | "erasing" | "erased";
}

class Load {
  readonly attempts: Attempt[] = [];
  stopped = false;
  answers = 0;
  readonly #client: CordonClient;
  readonly #modelPack: string;

  constructor(client: CordonClient, modelPack: string) {
    this.#client = client;
    this.#modelPack = modelPack;
  }

  enrolment({ requestId, values }: Attempt) {
    return {
      galleryIds: ["watch"],
      lawfulBasis,
      // The same when it is sent again.
      retentionDeadline: timestamp(deadlineMs),
      requestId,
      sources: [{ embedding: { modelPack: this.#modelPack, values: [...values] } }],
    };
  }

  query(values: readonly number[]) {
    const embedding = { modelPack: this.#modelPack, values: [...values] };
    return this.#client.identification.identify({ ...lawfulQuery, embedding });
  }

  /** One caller: enrols, erases a part of it, and asks for it, until the server is gone. */
  async run(name: string): Promise<void> {
    for (let n = 0; !this.stopped; n += 1) {
      const attempt: Attempt = {
        requestId: `${name}-${n}`,
        values: drawUnitVector(160),
        personId: "",
        state: "sent",
      };
      this.attempts.push(attempt);
      try {
        const { personId } = await this.#client.enrolment.enrolPerson(this.enrolment(attempt));
        Object.assign(attempt, { personId, state: "enrolled" });
        if (n % 3 === 0) {
          attempt.state = "erasing";
          await this.#client.enrolment.erasePerson({ personId });
          attempt.state = "erased";
        }
        await this.query(attempt.values);
        this.answers += 3;
      } catch (thrown) {
        if (["UNAVAILABLE", "CANCELLED", "UNKNOWN"].includes(toClientError(thrown).status)) return;
        throw thrown;
      }
    }
  }
}

const deadlineMs = Date.now() + YEAR_MS;

it(`keeps what it acknowledged, and only that, through ${ROUNDS} kills under load`, {
  timeout: 60_000 * ROUNDS,
}, async () => {
  const all: Attempt[] = [];
  let running = await place.start();
  await makeLawful(running.client);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { modelPack } = await running.client.server.getServerInfo({});
    const load = new Load(running.client, modelPack?.name ?? "");
    const callers = Array.from({ length: CALLERS }, (_, n) => load.run(`${round}-${n}`));
    const [least, most] = LOAD_MS;
    await new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
    // Not before something was acknowledged, on however slow a machine.
    while (load.answers === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    running.child.kill("SIGKILL");
    load.stopped = true;
    await Promise.all(callers);
    await running.exitCode;
    running.client.close();
    all.push(...load.attempts);

    running = await place.start();
    const client = running.client;
    await check(client, new Load(client, modelPack?.name ?? ""), all);
  }
});

/** What the killed server acknowledged is true of the new one. */
async function check(client: CordonClient, load: Load, all: readonly Attempt[]): Promise<void> {
  for (const attempt of all) {
    // Whoever got no answer asks again: the same request id, or the same erasure.
    if (attempt.state === "sent") {
      const answer = await client.enrolment.enrolPerson(load.enrolment(attempt));
      Object.assign(attempt, { personId: answer.personId, state: "enrolled" });
    }
    if (attempt.state === "erasing") {
      await client.enrolment.erasePerson({ personId: attempt.personId });
      attempt.state = "erased";
    }
    const [face] = (await load.query(attempt.values)).faces;
    if (attempt.state === "enrolled") {
      expect(face).toMatchObject({ decision: "DECISION_MATCH", personId: attempt.personId });
    } else {
      expect(face?.candidates.map(({ personId }) => personId)).not.toContain(attempt.personId);
      await expect(
        client.enrolment.getPerson({ personId: attempt.personId }),
      ).rejects.toMatchObject({ status: "NOT_FOUND" });
      const { receipt } = await client.enrolment.getErasureReceipt({ personId: attempt.personId });
      expect(receipt?.signature).toHaveLength(64);
    }
  }
  const enrolled = all.filter(({ state }) => state === "enrolled");
  expect(new Set(enrolled.map(({ personId }) => personId)).size).toBe(enrolled.length);
  const { personCount } = await client.server.getServerInfo({});
  expect(personCount).toBe(enrolled.length);
  const { gallery } = await client.gallery.getGallery({ galleryId: "watch" });
  expect(gallery).toMatchObject({ personCount, templateCount: personCount });
  const verified = await client.audit.verifyAudit({}, { timeoutMs: 60_000 });
  expect(verified).toMatchObject({ intact: true, fault: "" });
  await requireRecords(client, enrolled);
}

/** Every enrolment is on record, once by its caller or by the start that found it. */
async function requireRecords(client: CordonClient, enrolled: readonly Attempt[]): Promise<void> {
  for (const { personId } of enrolled.slice(-5)) {
    const { records } = await client.audit.queryRecords({ filter: { personId, act: "enrol" } });
    expect(records.length).toBeGreaterThanOrEqual(1);
  }
}
