import { parseArgs } from "node:util";

/** Smallest scale: below it, the weights that compensate for the missing units are larger than the threshold. */
const LEAST = 0.02;

const usage = `Usage: npm run quickstart -- [--scale FRACTION]

Simulates one second of the cortical microcircuit of Potjans and Diesmann (2014).

  --scale FRACTION  fraction of the units and of each unit's inputs, from ${LEAST} to 1; default 0.1.
                    The full network, --scale 1, takes 2 GB of memory and about half a minute.
  --help            prints this text`;

/** What to do: simulate at a scale, or print a text and exit. */
export type Task = { readonly scale: number } | { readonly text: string; readonly status: 0 | 1 };

const mistake = (sentence: string): Task => ({ text: `${sentence}\n\n${usage}`, status: 1 });

/** Reads the arguments of the command line. */
export const readArguments = (given: readonly string[]): Task => {
  let parsed: { readonly values: { readonly scale?: string; readonly help?: boolean }; readonly positionals: string[] };
  try {
    const options = { scale: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
    parsed = parseArgs({ args: [...given], options, allowPositionals: true });
  } catch (error) {
    return mistake((error as Error).message.split(". ")[0]!.replace(/\.?$/, "."));
  }
  const { values, positionals } = parsed;
  if (values.help) return { text: usage, status: 0 };
  if (positionals.length > 0) {
    // Without "--", npm keeps "--scale" and passes only its value.
    return mistake(
      `Unexpected argument "${positionals[0]}". Write two dashes before the options: npm run quickstart -- --scale 1`,
    );
  }
  if (values.scale === undefined) return { scale: 0.1 };
  const scale = values.scale.trim() === "" ? Number.NaN : Number(values.scale);
  if (scale >= LEAST && scale <= 1) return { scale };
  return mistake(`--scale must be a number from ${LEAST} to 1; received "${values.scale}".`);
};
