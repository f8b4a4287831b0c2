import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CordonError, invalidField } from "../../src/base/errors.js";
import { runCli } from "../../src/cli/program.js";
import { startTinyServer } from "../transport/client/tiny-server.js";
import { cordonWith, fakeSession } from "./harness.js";

const args = ["--zone", "z", "--camera", "c", "--gallery", "g"];

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-stream-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const picture = (name: string) => writeFileSync(join(folder, name), name);

interface Query {
  readonly tag: number;
  readonly query: { readonly image: Buffer };
}
interface Message {
  readonly settings: object | null;
  readonly queries: readonly Query[];
}

const match = (reference: string) => ({
  faces: [
    {
      decision: "DECISION_MATCH",
      candidates: [{ personId: "p", score: 0.8, externalReference: reference }],
    },
    { decision: "DECISION_NO_MATCH", candidates: [] },
  ],
});

/** A server that answers each picture by its content; keeps what it was sent. */
function serverOf(answer: (content: string) => object) {
  const seen: Message[] = [];
  async function* IdentifyStream(requests: AsyncIterable<Message>) {
    for await (const message of requests) {
      seen.push(message);
      const results = message.queries.map(({ tag, query: { image } }) => ({
        tag,
        ...answer(image.toString()),
      }));
      yield { results };
    }
  }
  return { seen, handlers: { IdentifyStream } };
}

const failure = (error: CordonError) => {
  const { status, reason, message, fields } = error;
  const violations = error.violations.map(({ type, ...rest }) => ({ reason: type, ...rest }));
  return { failure: { status, reason, message, fields: [...fields], violations } };
};

describe("cordon identify --stream", () => {
  it("sends every picture of a folder by its name's order, and tells each answer", async () => {
    for (const name of ["b.jpg", "a.PNG", "notes.txt"]) picture(name);
    mkdirSync(join(folder, "c.jpg"));
    const { seen, handlers } = serverOf((content) => ({ answer: match(`ref-${content}`) }));
    const run = await cordonWith(handlers, ["identify", "--stream", folder, ...args]);
    expect(run.code).toBe(0);
    expect(run.out.split("\n")).toEqual([
      ...["a.PNG", "b.jpg"].flatMap((name) => [
        `${join(folder, name)}  MATCH      0.800  ${"p".padEnd(36)}  ref-${name}`,
        `${join(folder, name)}  NO_MATCH       -  ${"-".padEnd(36)}  -`,
      ]),
      "",
    ]);
    expect(run.err).toMatch(/^2 answered, 2 with a match, 0 failed; [\d.]+\/s\n$/);
    expect(seen[0]?.settings).toMatchObject({
      ...{ zoneId: "z", cameraId: "c", galleryId: "g", queriesInFlightMax: 16 },
    });
    expect(seen.slice(1).every(({ settings }) => settings === null)).toBe(true);
  });

  it("takes links to pictures, and says what it looked for where there is none", async () => {
    picture("a.jpg");
    const links = join(folder, "links");
    mkdirSync(links);
    const { handlers } = serverOf(() => ({ answer: match("x") }));
    const empty = await cordonWith(handlers, ["identify", "--stream", links, ...args]);
    expect(empty).toMatchObject({
      code: 2,
      err: expect.stringMatching(/holds no picture: .*\.jpg/),
    });
    symlinkSync(join(folder, "a.jpg"), join(links, "b.jpg"));
    symlinkSync(join(folder, "gone"), join(links, "c.jpg"));
    const run = await cordonWith(handlers, ["identify", "--stream", links, ...args]);
    expect(run.err).toMatch(/^1 answered/);
  });

  it("ends with 130 and one last line when it is stopped", async () => {
    for (const name of ["a.jpg", "b.jpg"]) picture(name);
    const interrupt = new AbortController();
    const { handlers } = serverOf(() => {
      interrupt.abort();
      return { answer: match("x") };
    });
    const server = await startTinyServer(handlers);
    const { session, read } = fakeSession({ CORDON_ADDRESS: server.address });
    const stoppable = { ...session, signal: interrupt.signal };
    const command = ["identify", "--stream", folder, ...args, "--json"];
    expect(await runCli(command, stoppable, "0.0.0")).toBe(130);
    server.stop();
    const last = read().out.trimEnd().split("\n").at(-1) ?? "";
    expect(JSON.parse(last)).toMatchObject({ error: { status: "CANCELLED" } });
  });

  it("writes one line of JSON for each answer and each failure", async () => {
    for (const name of ["a.jpg", "b.jpg"]) picture(name);
    const { handlers } = serverOf((content) =>
      content === "a.jpg" ? { answer: match("x") } : failure(invalidField("image", "is no image")),
    );
    const run = await cordonWith(handlers, ["identify", "--stream", folder, ...args, "--json"]);
    expect(run.code).toBe(1);
    const lines = run.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ picture: join(folder, "a.jpg") });
    expect(lines[1]).toMatchObject({
      picture: join(folder, "b.jpg"),
      error: { status: "INVALID_ARGUMENT", reason: "FIELD_INVALID" },
    });
  });

  it("exits with 3 when there is no match", async () => {
    picture("a.jpg");
    const { handlers } = serverOf(() => ({ answer: { faces: [] } }));
    const run = await cordonWith(handlers, ["identify", "--stream", folder, ...args]);
    expect(run.code).toBe(3);
    expect(run.out).toMatch(/a\.jpg {2}no face/);
  });

  it("stops at what the gate refuses, tells it once, and exits with 4", async () => {
    for (const name of ["a.jpg", "b.jpg", "c.jpg"]) picture(name);
    const violation = { type: "ZONE_NOT_ACTIVE", subject: "zone/z", description: "Not active." };
    const refusal = new CordonError({
      ...{ status: "FAILED_PRECONDITION", reason: "ZONE_NOT_ACTIVE", message: "refused" },
      violations: [violation],
    });
    const { handlers } = serverOf(() => failure(refusal));
    const run = await cordonWith(handlers, [
      "identify",
      "--stream",
      folder,
      "--window",
      "1",
      ...args,
    ]);
    expect(run.code).toBe(4);
    expect(run.err.match(/refused by the gate/g)).toHaveLength(1);
  });

  it("has no more under way than the window", async () => {
    for (let at = 0; at < 20; at += 1) picture(`${at}.jpg`);
    let owed = 0;
    let most = 0;
    async function* IdentifyStream(requests: AsyncIterable<Message>) {
      const waiting: number[] = [];
      for await (const { queries } of requests) {
        for (const { tag } of queries) {
          waiting.push(tag);
          owed += 1;
        }
        most = Math.max(most, owed);
        // Answers only when as many wait as there may be: one more would never come.
        if (waiting.length < 3) continue;
        owed -= waiting.length;
        yield { results: waiting.splice(0).map((tag) => ({ tag, answer: { faces: [] } })) };
      }
      yield { results: waiting.map((tag) => ({ tag, answer: { faces: [] } })) };
    }
    const window = ["--window", "3"];
    const run = await cordonWith({ IdentifyStream }, [
      "identify",
      "--stream",
      folder,
      ...window,
      ...args,
    ]);
    expect(run.out.trimEnd().split("\n")).toHaveLength(20);
    expect(most).toBe(3);
  });

  it("is an error when the server ends the stream and owes answers", async () => {
    picture("a.jpg");
    async function* IdentifyStream(requests: AsyncIterable<Message>) {
      for await (const { queries } of requests) if (queries.length > 0) return;
      yield {};
    }
    const run = await cordonWith({ IdentifyStream }, ["identify", "--stream", folder, ...args]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/owes 1 answers/);
  });

  it.each([
    ["pictures and a folder", ["a.jpg", "--stream", "."], /Name pictures, or a folder/],
    ["neither", [], /Name pictures, or a folder/],
    ["a folder without pictures", ["--stream", "docs/adr"], /docs\/adr: holds no picture/],
    ["a folder that is not there", ["--stream", "nowhere"], /nowhere: cannot be read/],
    ["a drawing", ["--stream", ".", "--draw", "x.png"], /--draw takes one picture/],
  ])("is wrong usage with %s", async (_, more, why) => {
    const { seen, handlers } = serverOf(() => ({}));
    const run = await cordonWith(handlers, ["identify", ...more, ...args]);
    expect(run.code).toBe(2);
    expect(run.err).toMatch(why);
    expect(seen).toEqual([]);
  });
});

describe("cordon identify --stream -", () => {
  it("sends the pictures whose paths come in, and goes on after one that is not there", async () => {
    picture("a.jpg");
    const paths = [join(folder, "gone.jpg"), "", join(folder, "a.jpg")];
    const stdin = Readable.from(paths.map((path) => `${path}\n`));
    const { handlers } = serverOf((content) => ({ answer: match(content) }));
    const run = await cordonWith(handlers, ["identify", "--stream", "-", ...args], {}, stdin);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/a\.jpg {2}MATCH {6}0\.800 {2}p {37}a\.jpg/);
    expect(run.err).toMatch(/gone\.jpg: cannot be read/);
  });
});
