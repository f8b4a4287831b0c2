import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.js";
import type { CordonClientError } from "../../src/transport/client/error.js";
import { cordon, fakeSession } from "../cli/harness.js";
import { made2027 } from "../filing/calendars.js";
import { makeLawful, runToItsEnd, type ServerProcess, startServerProcess } from "./harness.js";
import { enrolCrowd, enrolSomebody, modelPackOf } from "./people.js";

let root = "";
let running: ServerProcess | null = null;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-filing-"));
});
afterEach(async () => {
  if (running !== null && running.child.exitCode === null) await running.stop("SIGKILL");
  running = null;
  rmSync(root, { recursive: true, force: true });
});

const THRESHOLD = 5;

async function start(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  running = await startServerProcess(join(root, "data"), {
    CORDON_FILING_THRESHOLD_PERSONS: `${THRESHOLD}`,
    ...env,
  });
  return running;
}

async function run(...args: readonly string[]) {
  return cordon(args, { CORDON_ADDRESS: running?.grpcAddress });
}

async function statusOf({ client }: ServerProcess) {
  const { status } = await client.filing.getFilingStatus({});
  if (status === null) throw new Error("no status");
  return status;
}

async function metricsOf({ httpAddress }: ServerProcess): Promise<readonly string[]> {
  const answer = await fetch(`http://${httpAddress}/metrics`);
  return (await answer.text()).split("\n");
}

async function recordsOf({ client }: ServerProcess, act: string) {
  const { records } = await client.audit.queryRecords({ filter: { act } });
  return records.map(({ detailsJson }) => JSON.parse(detailsJson) as Record<string, unknown>);
}

describe("a server whose threshold is five persons", () => {
  it("counts, records the crossing once, and keeps it over a kill", async () => {
    let server = await start();
    await makeLawful(server.client);
    const pack = await modelPackOf(server.client);
    const [first] = await enrolCrowd(server.client, pack, THRESHOLD - 1);
    expect(await statusOf(server)).toMatchObject({ state: "FILING_STATE_APPROACHING", persons: 4 });
    await enrolSomebody(server.client, pack);
    await server.stop("SIGKILL");

    server = await start();
    const due = await statusOf(server);
    expect(due).toMatchObject({ state: "FILING_STATE_DUE", persons: 5, templates: 5 });
    expect(due.reachTime).not.toBeNull();
    await server.client.enrolment.erasePerson({ personId: first?.personId ?? "" });
    await enrolSomebody(server.client, pack);
    const again = await statusOf(server);
    expect(again.reachTime).toEqual(due.reachTime);
    expect(again.clocks).toHaveLength(1);
    expect(await recordsOf(server, "filing.threshold-reached")).toHaveLength(1);
    const lines = await metricsOf(server);
    expect(lines).toContain("cordon_persons 5");
    expect(lines).toContain("cordon_filing_fraction 1");
    expect(lines).toContain('cordon_filing_state{state="DUE"} 1');
    expect(await server.client.filing.recountPersons({})).toEqual({ counted: 5, expected: 5 });
    expect((await run("audit", "verify", "--dir", join(root, "data", "audit"))).code).toBe(0);
  });

  it("is filed by the command line, and sees what changes", async () => {
    const server = await start();
    await makeLawful(server.client);
    await enrolCrowd(server.client, await modelPackOf(server.client), THRESHOLD);
    const early = await run("filing", "step", "filed", "--number", "京-1");
    expect(early).toMatchObject({ code: 1 });
    expect(early.err).toContain("[FILING_STEP_INVALID]");
    expect((await run("filing", "step", "submitted", "--number", "京-0")).code).toBe(0);
    const filed = await run("filing", "step", "filed", "--number", "京-1", "--json");
    expect(JSON.parse(filed.out)).toMatchObject({ state: "FILING_STATE_FILED" });
    const name = ["--name", "Plaza Guards Ltd", "--contact", "privacy@example.org"];
    expect((await run("operator", "set", ...name)).code).toBe(0);
    const changed = await run("filing", "status");
    expect(changed.out).toContain("filing CHANGE_DUE");
    expect(changed.out).toMatch(/change .* operator\n/);
    expect(await recordsOf(server, "filing.")).toMatchObject([
      { threshold: THRESHOLD },
      { step: "SUBMITTED" },
      { step: "FILED" },
      { sections: ["operator"] },
    ]);
  });

  it("writes its dossier into a new folder, and says what is missing", async () => {
    const server = await start();
    await makeLawful(server.client);
    const out = join(root, "dossier");
    const early = await run("filing", "export", "--out", out);
    expect(early).toMatchObject({ code: 1, out: "" });
    expect(early.err).toMatch(/Supply it with .*--credit-code CODE \[FILING_OPERATOR_MISSING\]/);
    expect(readdirSync(root)).toEqual(["data"]);
    const name = ["--name", "Plaza Security Ltd", "--contact", "privacy@example.org"];
    await run("operator", "set", ...name, "--credit-code", "91350100M000100Y43");
    const made = await run("filing", "export", "--out", out, "--format", "json", "--format", "pdf");
    expect(made.code).toBe(4);
    expect(made.out).toContain("the legal representative");
    expect(made.out).toContain("then: cordon operator set");
    const names = readdirSync(out);
    expect(names).toContain("dossier.json");
    expect(names.filter((name) => name.endsWith(".pdf"))).toHaveLength(6);
    for (const name of names) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600);
    const dossier = JSON.parse(readFileSync(join(out, "dossier.json"), "utf8"));
    expect(dossier).toMatchObject({ complete: false, security: { audit: { verified: true } } });
    const again = await run("filing", "export", "--out", out);
    expect(again).toMatchObject({ code: 1, out: "" });
    const wrong = await run("filing", "export", "--out", join(root, "other"), "--format", "doc");
    expect(wrong.code).toBe(1);
    expect(readdirSync(root).sort()).toEqual(["data", "dossier"]);
  });

  it("ends its watches when it drains", async () => {
    const server = await start();
    const watch = server.client.filing.watchFilingStatus({})[Symbol.asyncIterator]();
    expect((await watch.next()).value?.status?.state).toBe("FILING_STATE_NOT_REQUIRED");
    const ended = watch.next().catch((error: CordonClientError) => error.reason);
    const { session, read } = fakeSession({ CORDON_ADDRESS: server.grpcAddress });
    const typed = runCli(["filing", "watch"], session, "0.0.0");
    while (read().out === "") await new Promise((resolve) => setTimeout(resolve, 20));
    server.child.kill("SIGTERM");
    expect(await ended).toBe("SHUTTING_DOWN");
    expect(await typed).toBe(1);
    expect(read().out).toBe("NOT_REQUIRED; 0 of 5 persons\n");
    expect(read().err).toContain("[SHUTTING_DOWN]");
    expect(await server.exitCode).toBe(0);
  });

  it("reads calendars of a folder, and does not start with a bad one", async () => {
    const folder = root;
    writeFileSync(join(folder, "2027.yaml"), JSON.stringify(made2027));
    const server = await start({ CORDON_FILING_CALENDAR_DIR: folder });
    expect((await statusOf(server)).calendarHorizon).toBe("2027-12-31");
    expect((await run("filing", "calendar", "list")).out).toMatch(/2027 +operator/);
    await server.stop();
    writeFileSync(join(folder, "2028.yaml"), "year: 2028\noff: [01-32]\nsource: x\n");
    const env = { CORDON_FILING_CALENDAR_DIR: folder };
    const failed = await runToItsEnd(join(root, "data"), env);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("2028.yaml: off[0]");
  });

  it("does not start with a threshold that is none", async () => {
    for (const threshold of ["0", "100001", "many"]) {
      const env = { CORDON_FILING_THRESHOLD_PERSONS: threshold };
      const failed = await runToItsEnd(join(root, "data"), env);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain("filing.threshold_persons");
    }
  });
});
