import { ExitCode } from "../../src/cli/exit.js";
import { runCli } from "../../src/cli/program.js";
import type { Session } from "../../src/cli/session.js";
import { type Handler, startTinyServer } from "../transport/client/tiny-server.js";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A session whose output is kept. */
export function fakeSession(
  env: NodeJS.ProcessEnv = {},
  isTTY = false,
  stdin?: NodeJS.ReadableStream,
) {
  let out = "";
  let err = "";
  const session: Session = {
    stdout: {
      isTTY,
      write: (text) => {
        out += text;
      },
    },
    stderr: {
      isTTY,
      write: (text) => {
        err += text;
      },
    },
    ...(stdin === undefined ? {} : { stdin }),
    env,
    signal: new AbortController().signal,
    exitCode: ExitCode.ok,
  };
  return { session, read: () => ({ out, err }) };
}

/** Runs one command line in this process. */
export async function cordon(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  stdin?: NodeJS.ReadableStream,
): Promise<Run> {
  const { session, read } = fakeSession(env, false, stdin);
  const code = await runCli(args, session, "0.0.0");
  return { code, ...read() };
}

/** Runs one command line against a server whose methods are what the test says. */
export async function cordonWith(
  handlers: Readonly<Record<string, Handler>>,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  stdin?: NodeJS.ReadableStream,
): Promise<Run> {
  const server = await startTinyServer(handlers);
  try {
    return await cordon(args, { CORDON_ADDRESS: server.address, ...env }, stdin);
  } finally {
    server.stop();
  }
}
