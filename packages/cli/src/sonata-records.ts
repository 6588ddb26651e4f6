import { readSonataReports, readSonataSpikes } from "@spark-snn/formats";
import { type FileStore, fileStore } from "@spark-snn/formats/node";
import { FileError } from "spark-snn";
import { fileError } from "spark-snn/node";
import type { Spikes, Trace } from "./records.ts";

/* Records of a run in files of SONATA. */

/** Reads a file with `use`, without holding it in memory. */
const withFile = async <T>(path: string, use: (file: FileStore) => Promise<T>): Promise<T> => {
  let file: FileStore;
  try {
    file = fileStore(path, "r");
  } catch (error) {
    throw await fileError(error, path, "read");
  }
  try {
    return await use(file);
  } catch (error) {
    if (!(error instanceof FileError) || error.message.includes(path)) throw error;
    throw new FileError(`${path}: ${error.message}`, { cause: error });
  } finally {
    file.close();
  }
};

/** The steps at the ends of which times lie. @throws FileError for a time between steps */
const stepsAt = (times: Float64Array, dt: number, path: string): Float64Array => {
  const steps = times.map((time) => Math.round(time / dt));
  const bad = steps.findIndex((step, k) => !(Math.abs(times[k]! / dt - step) < 1e-3) || step < 1);
  if (bad < 0) return steps;
  throw new FileError(
    `${path} has a value at ${times[bad]} ms, which is no step of ${dt} ms. The files are of different runs: run the experiment again.`,
  );
};

/** The spikes of a population. */
export const sonataSpikes = (path: string, population: string, dt: number): Promise<Spikes> =>
  withFile(path, async (file) => {
    const [found] = await readSonataSpikes(file, path, { population });
    const { times, ids } = found!;
    return { steps: stepsAt(times, dt, path), units: Float64Array.from(ids) };
  });

/** A variable of a population. */
export const sonataTrace = (path: string, population: string, name: string, unit: string, dt: number): Promise<Trace> =>
  withFile(path, async (file) => {
    const [found] = await readSonataReports(file, path, { population });
    const { nodes, times, values } = found!;
    const steps = stepsAt(times, dt, path);
    // The decimal times of the other formats, such as 0.3 ms in place of 3 · 0.1 ms.
    const exact = steps.map((step) => Number((step * dt).toPrecision(15)));
    return { name, unit, steps, times: exact, units: nodes, columns: nodes.length, values };
  });
