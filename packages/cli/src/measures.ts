import { ConfigError } from "spark-snn";
import type { Summary } from "./summary.ts";

/** Requested records of the spikes of a population. */
export interface Recorded {
  readonly units?: readonly number[];
  /** ms */
  readonly from?: number;
  readonly to?: number;
  readonly at?: unknown;
  readonly during?: unknown;
  readonly when?: unknown;
  readonly trigger?: unknown;
}

/** Whether spikes were recorded in several windows. The gaps between them would count as silence. */
export const hasGaps = ({ at, during, when, trigger }: Recorded): boolean =>
  [at, during, when, trigger].some((given) => given !== undefined);

/** @throws ConfigError if the record of spikes has gaps */
export const refuseGaps = (path: string, recorded: Recorded): void => {
  if (!hasGaps(recorded)) return;
  const message = "needs spikes without gaps, but the experiment recorded them in several windows only.";
  throw new ConfigError({ path, message: `${message} Run it with "outSpikes": true, or with from and to.` });
};

/**
 * The records of spikes that an experiment requested for a population; for a single population, the name is ignored.
 */
export const recordedOf = ({ experiment }: Pick<Summary, "experiment">, name: string): Recorded => {
  const { model, record = {} } = experiment as {
    readonly model?: object;
    readonly record?: Readonly<Record<string, unknown>>;
  };
  const own = (model && "populations" in model ? record[name] : record) as { readonly outSpikes?: unknown } | undefined;
  return typeof own?.outSpikes === "object" && own.outSpikes !== null ? (own.outSpikes as Recorded) : {};
};
