import { askOnce } from "./agreement.ts";
import type { Candidate, Environments } from "./candidates.ts";
import { compareTrains } from "./comparison.ts";
import { defaultsOf, type Job, type ModelName } from "./job.ts";
import { dt } from "./measure.ts";
import type { SpikeCheck } from "./report.ts";
import { type Population, replay, runOurs, trainsByUnit } from "./trains.ts";

const units = 8;
const steps = 3000;
/** pA, from just above the rheobase of 200 pA. */
const currents = Array.from({ length: units }, (_, k) => 205 + 45 * k);

/** The soma that corresponds to that of the peer; NEST has only a strict one. */
const meaningOf = ({ models }: Candidate, model: ModelName): ModelName =>
  models.includes("strict") ? "strict" : model;

/** Runs the timed program with a few units, and compares its spikes with this library's in the same precision. */
export const checkSpikes = async (
  candidate: Candidate,
  model: "refractory" | "adaptive",
  environments: Environments,
  limit: number,
): Promise<SpikeCheck | undefined> => {
  const { name, family, dtype, runtime, modes, models } = candidate;
  if (!modes.includes("train") || !models.includes(model) || family === "ours" || family === "c") return undefined;
  const meaning = meaningOf(candidate, model);
  const parameters = defaultsOf(model);
  const perUnit = Object.entries(parameters).map(([field, value]) => [
    field,
    new Array<number>(units).fill(Number(value)),
  ]);
  const population: Population = {
    model: meaning,
    units,
    steps,
    dt,
    parameters: Object.fromEntries(perUnit),
    current: { kind: "constant", values: currents },
  };
  const job: Job = {
    mode: "train",
    model,
    units,
    steps,
    dt,
    dtype,
    threads: 1,
    seed: 1,
    current: currents,
    parameters,
    ...(runtime && { runtime }),
  };
  const answer = await askOnce(environments, family, JSON.stringify(job), limit);
  const said = (sentence: string): SpikeCheck => ({ candidate: name, model, sentence });
  if ("missing" in answer) return said(answer.missing);
  if (answer.event === "unavailable") return said(answer.sentence);
  if (answer.event !== "train") return said(`it answered with "${answer.event}".`);
  const own = await runOurs(population, dtype);
  const theirs = trainsByUnit(answer.steps, answer.units, units);
  const found = compareTrains(own, theirs, (unit) => replay(population, unit).margins);
  const soma = meaning === model ? "" : `, compared with this library's ${meaning} soma`;
  if (found.units === 0) return said(`all ${found.own} spikes on the same steps${soma}.`);
  return said(
    `${found.same} of ${found.own} spikes on the same steps${soma}; ${found.units} of ${units} trains diverge, with the potential at most ${found.margin.toPrecision(2)} mV from the threshold.`,
  );
};
