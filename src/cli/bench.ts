import { existsSync } from "node:fs";
import { Command } from "commander";

/** What the bench's entry exports. It is loaded by path: the package does not hold the bench. */
interface BenchModule {
  main(argv: readonly string[]): Promise<number>;
}

/** `dist/bench/main.js`, from `dist/src/cli/`. */
const entry = new URL("../../bench/main.js", import.meta.url);

/**
 * `cordon bench SUITE ...`: hands everything after its name to the bench, which reads its own
 * options and prints its own help. Exit codes are the bench's: 0 measured, 1 failed, 2 usage.
 */
export function benchCommand(): Command {
  const command = new Command("bench");
  return command
    .description("measure accuracy and speed on this machine (in a clone of the sources)")
    .argument("[suite...]", "suite and its options; without any, the list of suites")
    .allowUnknownOption()
    .helpOption(false)
    .action(async () => {
      process.exitCode = await runBench(argumentsOf(command));
    });
}

async function runBench(argv: readonly string[]): Promise<number> {
  if (!existsSync(entry)) {
    process.stderr.write(
      "cordon bench: the bench is not part of the installed package. " +
        "Clone the sources and run: npm run bench -- accuracy --help\n",
    );
    return 1;
  }
  const bench: BenchModule = await import(entry.href);
  return bench.main(argv);
}

/**
 * The words after `bench` as they were typed. The parsed ones will not do: an option that the
 * program also knows, such as --json, has been taken out of them.
 */
function argumentsOf(command: Command): string[] {
  const words = process.argv.slice(2);
  const at = words.indexOf(command.name());
  return at === -1 ? [...command.args] : words.slice(at + 1);
}
