import { ConfigError, withValue } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import type { PlannedRun } from "./runs.ts";

/* The documents of the runs, with the records that measures need. */

type Given = Readonly<Record<string, unknown>>;

/** The document of a run. @throws ConfigError */
export const documentOf = (document: object, { overrides, seed }: Pick<PlannedRun, "overrides" | "seed">): object => {
  let changed = document;
  for (const [path, value] of Object.entries(overrides)) changed = withValue(changed, path, value);
  return seed === undefined ? changed : { ...changed, seed };
};

/** The names of the populations that are measured: those with a membrane, and sources whose spikes are recorded. */
export const measuredNames = (document: Given, populations: Given): readonly string[] => {
  const record = document["record"] as Given | undefined;
  return Object.entries(populations).flatMap(([name, population]) => {
    const isSource = isRecord(population) && Object.hasOwn(population, "source");
    const own = record?.[name];
    return isSource && !(isRecord(own) && own["outSpikes"]) ? [] : [name];
  });
};

export const populationsOf = (document: Given): Given | undefined => {
  const model = document["model"];
  return isRecord(model) && isRecord(model["populations"]) ? model["populations"] : undefined;
};

/**
 * Requests the spikes of a population, as the document does or all of them.
 * @throws ConfigError for windows with gaps, which measures would count as silence
 */
const withSpikes = (record: unknown, others: boolean, path: string): Given => {
  const own = isRecord(record) ? record : {};
  const spikes = own["outSpikes"];
  const gaps = isRecord(spikes)
    ? ["at", "during", "when", "trigger"].find((key) => spikes[key] !== undefined)
    : undefined;
  if (gaps !== undefined) {
    const message = "leaves gaps in the spikes, which the measures of a sweep would count as silence.";
    throw new ConfigError({ path: `${path}.outSpikes.${gaps}`, message: `${message} Use from and to, or remove it.` });
  }
  return { ...(others && own), outSpikes: own["outSpikes"] || true };
};

/** The document with the records that its measures need; `others` keeps the records of the document. */
export const recorded = (document: object, named: boolean, others: boolean): object => {
  const given = document as Given;
  const own = given["record"];
  if (!named) return given;
  const populations = populationsOf(given);
  if (!populations) return { ...given, record: withSpikes(own, others, "experiment.record") };
  const byName = isRecord(own) ? own : {};
  const measured = measuredNames(given, populations).map((name) => [
    name,
    withSpikes(byName[name], others, `experiment.record.${name}`),
  ]);
  return { ...given, record: { ...(others && byName), ...Object.fromEntries(measured) } };
};
