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
  /** What is piped in. Absent: nothing. */
  readonly stdin?: NodeJS.ReadableStream;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What the process ends with; a command sets it when it is not 0. */
  exitCode: ExitCode;
}

/** The session of this process. */
export function processSession(signal: AbortSignal): Session {
  const { stdout, stderr, stdin, env } = process;
  return { stdout, stderr, stdin, env, signal, exitCode: ExitCode.ok };
}
