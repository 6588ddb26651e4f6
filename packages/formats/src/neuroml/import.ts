import { ConfigError } from "spark-snn";
import { type Reporter, startReport } from "../report.ts";
import type { Imported, ImportOptions } from "../result.ts";
import { convert, type Times } from "./convert.ts";
import { checkNeuromlDrift } from "./drift.ts";
import { positiveOf } from "./quantities.ts";
import { type Model, readModel } from "./read-model.ts";

export interface NeuromlImportOptions extends ImportOptions {
  /** Name of the file, for messages, and for the paths in it if it has a folder. Default "network.net.nml". */
  readonly file?: string;
  /** Time step, ms. Default: that of the simulation, or 0.1. */
  readonly dt?: number;
  /** Largest number of steps of the drift check. 0 for none. Default 10,000. */
  readonly driftSteps?: number;
}

const DURATION = 1000;
const DT = 0.1;
const DRIFT = 10_000;

/**
 * Imports a network of NeuroML 2 with point cells, from its own file or from the LEMS file of a simulation. Files that it
 * includes are read with `readFile`. The first steps of the import are compared with an interpreter of NeuroML.
 *
 * @throws FileError for a file that is missing, damaged or not of NeuroML; ConfigError for quantities, ids and cells that
 * are invalid, with `strict` for parts that are not faithful, and if no cells are left
 */
export const importNeuroml = async (bytes: Uint8Array, options: NeuromlImportOptions = {}): Promise<Imported> => {
  const { file = "network.net.nml", readFile, name, strict = false, driftSteps = DRIFT } = options;
  const model = await readModel(bytes, file, readFile);
  const report = startReport("neuroml", "import", "2");
  const times = timesOf(model, options, report);
  const { document, data } = convert(model, times, name, report);
  if (driftSteps > 0) await checkNeuromlDrift(model, times.dt, Math.min(driftSteps, times.steps), report);
  return { document, data, report: report.finish(strict) };
};

const timesOf = ({ simulation }: Model, options: NeuromlImportOptions, report: Reporter): Times => {
  const read = (key: string, fallback: number): number =>
    simulation ? positiveOf(simulation.element, key, "time", simulation.where) : fallback;
  const duration = options.duration ?? read("length", DURATION);
  const dt = options.dt ?? read("step", DT);
  if (!simulation && (options.duration === undefined || options.dt === undefined)) {
    report.approximate(
      "simulation",
      "no simulation",
      `${duration} ms in steps of ${dt} ms`,
      "The file has none. Import the LEMS file of a simulation, or set them.",
    );
  }
  const steps = Math.round(duration / dt);
  if (steps >= 1 && Number.isSafeInteger(steps)) return { duration, dt, steps };
  throw new ConfigError({
    path: simulation?.where ?? "simulation",
    message: `has ${duration} ms in steps of ${dt} ms. Give a duration of at least one step.`,
  });
};
