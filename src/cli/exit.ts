/** Exit codes of `cordon`, the same for every sub-command. */
export const ExitCode = {
  ok: 0,
  error: 1,
  usage: 2,
  noMatch: 3,
  /** The gate refused, or a checklist has something that is not satisfied. */
  refused: 4,
  /** A dry run found something to do. */
  pending: 5,
  /** Unaltered, but nobody who is trusted vouches for it, so that it proves nothing. */
  unproven: 6,
  /** Whoever ran the command stopped it: 128 and the number of SIGINT, as shells have it. */
  stopped: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Shown under every --help. */
export const exitCodeHelp = `
Exit codes: 0 done, or a match; 1 error; 2 wrong usage; 3 no match, or only one to review;
            4 refused by the gate, or not all of a checklist satisfied; 5 a dry run that has
            something to do; 6 a receipt that no trusted key vouches for;
            130 you stopped it.`;
