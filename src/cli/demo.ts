import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { createClient } from "../transport/client/client.js";
import * as scene from "./demo/scene.js";
import { type ServerProcess, startServerProcess } from "./demo/server-process.js";
import {
  askWithoutSign,
  checkScene,
  drawFrame,
  enrolSitters,
  faultOf,
  identifyFrame,
  recordSign,
  registerScene,
} from "./demo/story.js";
import { describeAnswer } from "./identify-report.js";
import { toJson } from "./output.js";
import { guarded, type OutputOptions, plainCommand } from "./remote.js";
import type { Session } from "./session.js";
import { harmless, paintFor, wrap } from "./text.js";

const WIDTH = 88;

interface DemoOptions extends OutputOptions {
  readonly keep?: boolean;
  readonly out: string;
}

/** `cordon demo`: the main job on real photographs, through a real server of its own. */
export function demoCommand(session: Session): Command {
  return plainCommand(
    "demo",
    "Start a server of its own and do the main job on real photographs.",
    "cordon demo\ncordon demo --keep",
  )
    .option("--keep", "keep the server running, and its data, until Ctrl-C")
    .option("--out <file>", "annotated picture", "demo-output/sample1-identified.png")
    .action(async (options: DemoOptions) => {
      await guarded(session, options, () => demo(session, options));
    });
}

async function demo(session: Session, options: DemoOptions): Promise<void> {
  const startedMs = performance.now();
  const folder = scene.photographFolder();
  const dataDir = mkdtempSync(join(tmpdir(), "cordon-demo-"));
  const say = narrator(session, options.json === true);
  let server: ServerProcess | undefined;
  try {
    server = await startServerProcess(dataDir, session.env, session.signal);
    say(`server   process ${server.pid} on ${server.grpcAddress}, data in ${dataDir}`);
    const result = await tell(session, server, folder, options.out, say);
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    if (options.keep) await keep(session, server, dataDir, folder);
    const code = await server.stop();
    if (code !== 0) throw new Error(`The server ended with exit code ${code}, not 0.`);
    say(`server   stopped by SIGTERM${options.keep ? "" : ", its data removed"}`);
    if (options.json) {
      session.stdout.write(`${JSON.stringify({ ok: true, seconds, ...result }, null, 2)}\n`);
    }
    say(`done     in ${seconds} s`);
  } finally {
    await server?.stop();
    if (!options.keep) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The story, step by step. @throws Error when anything is not as it must be */
async function tell(
  session: Session,
  server: ServerProcess,
  folder: string,
  out: string,
  say: (line: string) => void,
) {
  const paint = paintFor(session.stdout, session.env);
  const client = createClient({ address: server.grpcAddress, signal: session.signal });
  try {
    await registerScene(client);
    say(
      `register zone ${scene.zoneId}, a camera, a gallery; publish its notice, approve its assessment`,
    );

    const violations = await askWithoutSign(client, folder);
    say(`identify ${scene.frame}: ${paint("red", "REFUSED")}`);
    for (const { type, subject, description } of violations) {
      say(`         ${paint("bold", type)}  ${harmless(subject)}`);
      for (const line of wrap(harmless(description), WIDTH)) say(`         ${line}`);
    }

    await recordSign(client);
    const permitted = await identifyFrame(client, folder);
    const strangers = permitted.faces.length;
    say(`record   the sign at the entrance; the same query is now ${paint("green", "permitted")}:`);
    say(`         ${strangers} faces found, nobody is enrolled yet`);
    const { items, satisfied } = await checkScene(client);
    if (!satisfied) throw new Error(`The checklist of zone ${scene.zoneId} is not all satisfied.`);
    say(
      `check    zone ${scene.zoneId}: all ${items.length} items of the gate's checklist satisfied`,
    );

    const { enrolled, notEnrolled } = await enrolSitters(client, folder);
    say(
      `enrol    ${enrolled.size} persons from sample2 to sample6, each on a consent to that notice`,
    );
    for (const { name, why } of notEnrolled) say(`         refused: ${name}, ${why}`);

    const answer = await identifyFrame(client, folder);
    say(`identify ${scene.frame} again:\n\n${indent(describeAnswer(answer, paint))}\n`);
    await drawFrame(folder, answer, out);
    say(`drawn    ${relative(process.cwd(), out) || out}`);
    const fault = faultOf(answer);
    if (fault !== null) throw new Error(fault);
    return {
      refused: violations,
      checked: items.length,
      enrolled: enrolled.size,
      notEnrolled,
      answer: toJson(answer),
      drawn: out,
    };
  } finally {
    client.close();
  }
}

async function keep(
  session: Session,
  { grpcAddress, httpAddress, exited }: ServerProcess,
  dataDir: string,
  folder: string,
): Promise<void> {
  session.stderr.write(keptText(grpcAddress, httpAddress, dataDir, folder));
  const interrupted = new Promise((resolve) => {
    if (session.signal.aborted) resolve(null);
    session.signal.addEventListener("abort", resolve, { once: true });
  });
  await Promise.race([interrupted, exited]);
}

/** What may be asked of the server that is kept, and how to be rid of its data. */
export function keptText(
  grpcAddress: string,
  httpAddress: string,
  dataDir: string,
  folder: string,
): string {
  const { zoneId, cameraId, galleryId, frame } = scene;
  const command = `npx cordon identify ${join(folder, frame)}`;
  return `
The server goes on until Ctrl-C. From another terminal:

  export CORDON_ADDRESS=${grpcAddress}
  npx cordon info
  npx cordon zone check ${zoneId}
  ${command} --zone ${zoneId} --camera ${cameraId} --gallery ${galleryId}
  grpcurl -plaintext ${grpcAddress} cordon.v1.ServerService/GetServerInfo
  grpcurl -plaintext -d '{"zone_id":"${zoneId}"}' ${grpcAddress} cordon.v1.ZoneService/GetZone
  curl http://${httpAddress}/metrics

Its data stay in ${dataDir}, with the key that opens them.
To remove them, once it has ended: rm -r ${dataDir}
`;
}

function narrator(session: Session, silent: boolean): (line: string) => void {
  return (line) => {
    if (!silent) session.stdout.write(`${line}\n`);
  };
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
