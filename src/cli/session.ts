import { ExitCode } from "./exit.js";

/** Where text goes: `process.stdout`, or what a test puts in its place. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What one run of the command line has of the world outside. */
export interface Session {
  /** Answers, and nothing else. */
  readonly stdout: Sink;
  /** Errors, progress, questions. */
  readonly stderr: Sink;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What the process ends with; a command sets it when it is not 0. */
  exitCode: ExitCode;
}

/** The session of this process. */
export function processSession(signal: AbortSignal): Session {
  const { stdout, stderr, env } = process;
  return { stdout, stderr, env, signal, exitCode: ExitCode.ok };
}
