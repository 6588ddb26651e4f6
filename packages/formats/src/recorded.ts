import { brain, float, gt, quantity, simulate, soma } from "spark-snn";
import type { FlatNetwork, FlatPopulation } from "./network.ts";
import type { Reporter } from "./report.ts";

/* Values of a run that an exported model needs as data: currents, and spikes of sources. */

/** A soma that holds its current, so that a run records the current of each step. */
const Probe = soma(
  "Probe",
  {},
  {
    about: "Holds its current.",
    state: () => ({ held: float(0, "pA", "Current of the step.") }),
    step: (x) => ({ spikes: gt(x.held, quantity(1e30, "pA")), potential: x.potential, held: x.current }),
  },
);

/** The current of a population in each step, pA: steps × units. The same values as in the run, also of noise. */
export const currentsOf = async (
  { name, shape, inputs }: FlatPopulation,
  network: FlatNetwork,
): Promise<Float64Array> => {
  const probed = brain({ populations: { [name]: Probe({ units: shape }) } });
  const run = (await simulate(probed, {
    duration: network.steps * network.dt,
    dt: network.dt,
    seed: network.seed,
    dtype: network.precision,
    inputs: { [name]: { current: inputs["current"] as never } },
    record: { [name]: { held: { dtype: "f64" } } },
  } as never)) as unknown as Readonly<Record<string, { readonly held: { readonly values: Float64Array } }>>;
  return run[name]!.held.values;
};

/** Spikes as two lists: the step (counted from 1) and the unit of each. */
export interface FlatSpikes {
  readonly steps: Int32Array;
  readonly units: Int32Array;
}

/**
 * The spikes that a source emits in the run. They depend on nothing but its name and the seed. In a network with signals,
 * the source is reported as unsupported, and the result is undefined.
 */
export const sourceSpikesOf = async (
  population: FlatPopulation,
  network: FlatNetwork,
  report: Reporter,
): Promise<FlatSpikes | undefined> => {
  if (network.signals.length > 0) {
    const remedy = "A signal of the network may drive it. Replace it by a SpikeReplay of recorded spikes.";
    report.unsupported(`model.populations.${population.name}`, population.model, remedy);
    return undefined;
  }
  const { experiment, steps, dt, seed, precision } = network;
  const options = { duration: steps * dt, dt, seed, dtype: precision, record: { outSpikes: true } };
  const { name, inputs } = population;
  const only =
    experiment.kind === "soma"
      ? ((await simulate(experiment.component, { ...options, inputs } as never)) as unknown as Recorded)
      : (
          (await simulate(brain({ populations: { [name]: experiment.brain.populations[name]! } } as never), {
            ...options,
            inputs: { [name]: inputs },
            record: { [name]: { outSpikes: true } },
          } as never)) as unknown as Readonly<Record<string, Recorded>>
        )[name]!;
  return { steps: Int32Array.from(only.outSpikes.steps), units: Int32Array.from(only.outSpikes.units) };
};

interface Recorded {
  readonly outSpikes: { readonly steps: ArrayLike<number>; readonly units: ArrayLike<number> };
}

/** A soma that keeps its potential. */
const Holder = soma(
  "Holder",
  {},
  {
    about: "Keeps its potential.",
    state: () => ({ potential: float(0, "mV", "Membrane potential.") }),
    step: (x) => ({ spikes: gt(x.potential, quantity(1e30, "mV")), potential: x.potential }),
  },
);

/** The potential of each unit of a population at the start, mV, if the document gives it. */
export const startsOf = async (
  { name, shape, initial }: FlatPopulation,
  network: FlatNetwork,
): Promise<Float64Array | undefined> => {
  if (initial["potential"] === undefined) return undefined;
  const holding = brain({ populations: { [name]: Holder({ units: shape }) } });
  const run = (await simulate(holding, {
    duration: network.dt,
    dt: network.dt,
    seed: network.seed,
    dtype: network.precision,
    initial: { [name]: { potential: initial["potential"] as never } },
    record: { [name]: { potential: { dtype: "f64" } } },
  } as never)) as unknown as Readonly<Record<string, { readonly potential: { readonly values: Float64Array } }>>;
  return run[name]!.potential.values;
};
