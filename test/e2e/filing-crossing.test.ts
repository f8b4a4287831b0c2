import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CordonClient, createClient } from "../../src/transport/client/client.js";
import { cordon } from "../cli/harness.js";
import {
  makeDataDir,
  makeLawful,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
} from "./harness.js";
import { enrolCrowd, enrolSomebody, modelPackOf } from "./people.js";

/** Servers that are crossed, and killed; more of them with the environment. */
const ROUNDS = Number(process.env["CORDON_TEST_SERVER_CROSSINGS"] ?? 2);
const CLIENTS = 16;
const THRESHOLD = 20;
/** One round takes seconds; on a machine with much other work, many more. */
const TIMEOUT_MS = 60_000 + ROUNDS * 60_000;
const REACHED = "filing.threshold-reached";

let dataDir = "";
let running: ServerProcess | null = null;
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(async () => {
  await running?.stop("SIGKILL");
  running = null;
  removeDataDir(dataDir);
});

async function start(): Promise<ServerProcess> {
  const env = { CORDON_FILING_THRESHOLD_PERSONS: `${THRESHOLD}` };
  running = await startServerProcess(dataDir, env);
  return running;
}

/** A server with nobody in it, though everybody may be enrolled. */
async function startEmpty(): Promise<ServerProcess> {
  removeDataDir(dataDir);
  const server = await start();
  await makeLawful(server.client);
  return server;
}

async function actsOf(client: CordonClient): Promise<readonly string[]> {
  const { records } = await client.audit.queryRecords({ filter: {}, pageSize: 1000 });
  return records.map(({ act }) => act);
}

async function statusOf(client: CordonClient) {
  const { status } = await client.filing.getFilingStatus({});
  if (status === null) throw new Error("no status");
  return status;
}

/** What must hold however the threshold was reached: once in the database, once in the audit. */
async function expectOneCrossing({ client }: ServerProcess): Promise<void> {
  const { state, persons, reachTime, events } = await statusOf(client);
  expect(state).toBe("FILING_STATE_DUE");
  expect(events.map(({ kind }) => kind)).toEqual(["THRESHOLD_REACHED"]);
  expect(events[0]?.time).toEqual(reachTime);
  expect((await actsOf(client)).filter((act) => act === REACHED)).toHaveLength(1);
  expect(await client.filing.recountPersons({})).toEqual({ counted: persons, expected: persons });
}

describe(`the ${THRESHOLD}th person, on a real server with its audit on disk`, () => {
  it(
    "is on record once, at exactly that person, however many clients enrol at once",
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const server = await startEmpty();
        const pack = await modelPackOf(server.client);
        const clients = Array.from({ length: CLIENTS }, () =>
          createClient({ address: server.grpcAddress, timeoutMs: 30_000 }),
        );
        await Promise.all(clients.map((client) => enrolCrowd(client, pack, 2)));
        for (const client of clients) client.close();
        await expectOneCrossing(server);
        const acts = await actsOf(server.client);
        const before = acts.slice(0, acts.indexOf(REACHED));
        expect(before.filter((act) => act === "enrol")).toHaveLength(THRESHOLD);
        expect(acts.filter((act) => act === "enrol")).toHaveLength(CLIENTS * 2);
        expect(await server.stop()).toBe(0);
      }
    },
    TIMEOUT_MS,
  );

  it(
    "is on record once though the server is killed as it is enrolled",
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        let server = await startEmpty();
        const { client, child } = server;
        const pack = await modelPackOf(client);
        await enrolCrowd(client, pack, THRESHOLD - CLIENTS / 2);
        let answered = THRESHOLD - CLIENTS / 2;
        const enrolments = Array.from({ length: CLIENTS }, async () => {
          await enrolSomebody(client, pack);
          answered += 1;
          // In the first round with the first answer, in each later one a little later.
          if (answered === THRESHOLD - CLIENTS / 2 + 1 + 3 * round) child.kill("SIGKILL");
        });
        await Promise.allSettled(enrolments);
        await server.stop("SIGKILL");

        server = await start();
        const { persons } = await statusOf(server.client);
        expect(persons).toBeGreaterThanOrEqual(answered);
        const isReached = persons >= THRESHOLD;
        const reached = (await actsOf(server.client)).filter((act) => act === REACHED);
        expect(reached).toHaveLength(isReached ? 1 : 0);
        if (!isReached) await enrolCrowd(server.client, pack, THRESHOLD - persons);
        await expectOneCrossing(server);
        expect(await server.stop()).toBe(0);
        const verified = await cordon(["audit", "verify", "--dir", join(dataDir, "audit")], {});
        expect(verified).toMatchObject({ code: 0, err: "" });
      }
    },
    TIMEOUT_MS,
  );
});
