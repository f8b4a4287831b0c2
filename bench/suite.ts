import type { MachineDescription } from "./machine.js";
import type { ProgressStream } from "./progress.js";

/** What every suite is given besides its own arguments. */
export interface SuiteContext {
  readonly machine: MachineDescription;
  /** The command as it was run, for the report. */
  readonly command: string;
  /** Folder for the files it writes; it exists. */
  readonly outDir: string;
  readonly stderr: ProgressStream;
  readonly signal: AbortSignal;
}

export interface SuiteResult {
  /** For people: Markdown, without the machine, which the harness adds. */
  readonly markdown: string;
  /** For machines: anything JSON can hold, likewise. */
  readonly json: Readonly<Record<string, unknown>>;
  /** File name -> content, written into the output folder beside the report. */
  readonly files: Readonly<Record<string, string>>;
  /** False when what was to hold did not: the command then ends with exit code 3. */
  readonly held?: boolean;
}

/** One bench that the harness can run. */
export interface Suite {
  readonly name: string;
  readonly summary: string;
  /** Its own options, as printed by --help. */
  readonly usage: string;
  /**
   * @param args what follows the suite's name, without the harness's own options
   * @throws UsageError when the arguments are wrong; BenchError when it cannot be measured
   */
  run(args: readonly string[], context: SuiteContext): Promise<SuiteResult>;
}
