import { encodeNpz, type NpySource } from "spark-snn";
import type { FlatNetwork, FlatPopulation, PerUnit } from "../network.ts";
import type { Reporter } from "../report.ts";
import type { Exported } from "../result.ts";

/* Parts that all exported Python scripts share: names, numbers, arrays in the data file, and what no script holds. */

/** A name for Python: lower case with underscores. */
export const pythonName = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** A number in Python that has the same bits. */
export const numberText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}` : JSON.stringify(value);

/** Names of a script, each used once. `reserved`: names that a script must not replace. */
export const uniqueNames = (reserved: ReadonlySet<string>): ((name: string, kind: string) => string) => {
  const taken = new Set<string>();
  return (name, kind) => {
    const plain = pythonName(name);
    let free = reserved.has(plain) || taken.has(plain) ? `${plain}_${kind}` : plain;
    while (taken.has(free)) free = `${free}_`;
    taken.add(free);
    return free;
  };
};

/** Words of Python, which no script can use as names. */
export const pythonWords: readonly string[] =
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield print".split(
    " ",
  );

/** Stores an array in the data file, and returns the expression that reads it. */
export type Store = (name: string, data: NpySource["data"]) => string;

/** The arrays of a data file, and the function that adds one. */
export const startArrays = (): { readonly arrays: Readonly<Record<string, NpySource>>; readonly store: Store } => {
  const arrays: Record<string, NpySource> = {};
  return {
    arrays,
    store: (name, data) => {
      arrays[name] = { data, shape: [data.length] };
      return `data["${name}"]`;
    },
  };
};

/** What the parts of a script are written from and to. */
export interface Writing {
  readonly network: FlatNetwork;
  readonly store: Store;
  readonly report: Reporter;
}

/** Name of the data file of a script. */
export const DATA = "network.npz";

/** The line that opens the data file in a script. */
export const openData: readonly string[] = [
  "# Drawn parameters, connectivity and inputs.",
  `data = np.load(Path(__file__).with_name("${DATA}"))`,
];

/** A script, and its data file if it has data. */
export const scriptFiles = (script: string, arrays: Readonly<Record<string, NpySource>>): Exported["files"] => ({
  "network.py": new TextEncoder().encode(script),
  ...(Object.keys(arrays).length > 0 && { [DATA]: encodeNpz(arrays, { compress: true }) }),
});

/** @throws ConfigError if a network has somas and all of them were left out */
export const requireSoma = (
  { populations }: FlatNetwork,
  kept: ReadonlyMap<FlatPopulation, unknown>,
  report: Reporter,
): void => {
  const somas = populations.filter(({ kind }) => kind === "soma");
  if (somas.length > 0 && !somas.some((one) => kept.has(one))) throw report.nothingLeft();
};

/**
 * The start potentials that an experiment gives: one number, or one for each unit, mV. Reports all other start values.
 * `remedy` is for potentials in another form.
 */
export const givenStarts = (
  { name, initial }: FlatPopulation,
  report: Reporter,
  remedy = "Only a number or a list of numbers is exported. Give one value for each unit.",
): number | Float64Array | undefined => {
  const { potential, ...others } = initial;
  for (const key of Object.keys(others))
    report.unsupported(
      `initial.${name}.${key}`,
      "start value",
      "Only start values of the potential are exported. Omit it.",
    );
  if (potential === undefined || typeof potential === "number") return potential;
  if (Array.isArray(potential) && potential.every((one) => typeof one === "number"))
    return Float64Array.from(potential as readonly number[]);
  report.unsupported(`initial.${name}.potential`, "start value", remedy);
  return undefined;
};

/** Whether all numbers are the same. */
export const isSame = (values: ArrayLike<number>): boolean =>
  Array.prototype.every.call(values, (value: number) => value === values[0]);

/** A value: a number, or an array of the data file. */
export const perUnitText = (value: PerUnit, name: string, store: Store): string => {
  if (typeof value === "number") return numberText(value);
  return isSame(value) ? numberText(value[0] ?? 0) : store(name, value);
};

/** The title of a script, without characters that would end its quotes. */
export const titleText = (name: string): string => name.replaceAll(/["\\\n\r]/g, " ");

/** Reports a part whose population was left out, and returns whether there is one. */
export const refuseEnds = (
  path: string,
  ends: readonly FlatPopulation[],
  names: ReadonlyMap<FlatPopulation, unknown>,
  report: Reporter,
): boolean => {
  const missing = ends.find((end) => !names.has(end));
  if (missing) report.unsupported(path, "projection", `The population ${missing.name} was left out. Change it.`);
  return missing !== undefined;
};

/** Reports the precision: the other program computes in double precision. */
export const tellPrecision = ({ precision }: FlatNetwork, program: string, report: Reporter): void => {
  if (precision === "f32")
    report.approximate(
      "dtype",
      "f32",
      "double precision",
      `${program} computes in double precision: values have 53 bits instead of 24. Set dtype to f64 for the same spikes.`,
    );
  else report.faithful("dtype", "f64", "double precision");
};

/** Reports the parts of an experiment that no script holds. `where`: how to write a signal by hand. */
export const tellOthers = (network: FlatNetwork, where: string, report: Reporter): void => {
  for (const name of network.signals) report.unsupported(`model.signals.${name}`, "signal", where);
  for (const name of Object.keys(network.readouts))
    report.unsupported(`model.readouts.${name}`, "read-out", "Compute it from the recorded spikes.");
  if (network.changes > 0)
    report.unsupported(
      "changes",
      `${network.changes} changes`,
      "Divide the run, and change the values between its parts.",
    );
  for (const key of Object.keys(network.records).filter((one) => one === "weights"))
    report.unsupported(`record.${key}`, "record", "Weights are constant.");
};
