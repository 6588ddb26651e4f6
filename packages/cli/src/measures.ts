import type { Summary } from "./summary.ts";

/** Requested records of the spikes of a population. */
export interface Recorded {
  readonly units?: readonly number[];
  /** ms */
  readonly from?: number;
  readonly to?: number;
}

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
