import {
  type Brain,
  brain,
  type Component,
  ExponentialSynapse,
  fixedTotalNumber,
  type Input,
  normal,
  PoissonDrive,
  type Projection,
  StrictRefractoryLeakySoma,
  type Synapse,
} from "spark-snn";
import parameters from "./parameters.json" with { type: "json" };

export const names = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"] as const;
export type PopulationName = (typeof names)[number];
/** Time step, ms. */
export const dt = parameters.dtMs;

export interface Microcircuit {
  readonly brain: Brain<Record<PopulationName, Component>>;
  /** Input currents, pA, that replace the lost input of scaled-down networks. */
  readonly inputs: Partial<Record<PopulationName, { readonly current: number }>>;
  readonly initial: Record<PopulationName, { readonly potential: ReturnType<typeof normal> }>;
  /** Number of synapses of each pair of populations, indexed by target and source. */
  readonly synapses: readonly (readonly number[])[];
}

const { neuron, weight, delayMs, externalInDegree, externalRateHz } = parameters;

/** Peak of the potential, mV, from a spike with a synaptic current of 1 pA. */
const peakOfUnitCurrent = (): number => {
  const { membraneTauMs: m, synapseTauMs: s, capacitancePF: c } = neuron;
  const ratio = m / s;
  return ((m * s) / (c * (s - m))) * (ratio ** (-m / (m - s)) - ratio ** (-s / (m - s)));
};

/** Number of synapses between two populations at full scale, so that a pair is connected with probability p. */
const synapsesOf = (p: number, sources: number, targets: number): number =>
  p === 0 ? 0 : Math.round(Math.log(1 - p) / Math.log(1 - 1 / (sources * targets)));

/** Nearest integer; ties go to even, as in the population sizes of the published implementations. */
const nearestEven = (x: number): number => (x % 2 === 0.5 ? Math.floor(x) : Math.round(x));

const isExcitatory = (population: number): boolean => population % 2 === 0;

/**
 * The microcircuit under a square millimetre of early sensory cortex: Potjans & Diesmann, Cereb. Cortex 24:785 (2014),
 * doi 10.1093/cercor/bhs358. Below full scale, in-degrees decrease with the network, and weights and a constant current
 * compensate for it: van Albada, Helias & Diesmann, PLoS Comput. Biol. 11:e1004490 (2015).
 *
 * @param scale fraction of the units and of each unit's inputs, from above 0 to 1
 */
export const microcircuit = (scale = 1): Microcircuit => {
  if (!(scale > 0 && scale <= 1)) throw new RangeError(`scale must be above 0 and at most 1; received ${scale}.`);
  const sizes = parameters.neurons.map((count) => nearestEven(count * scale));
  const full = parameters.connectionProbability.map((row, target) =>
    row.map((p, source) => synapsesOf(p, parameters.neurons[source]!, parameters.neurons[target]!)),
  );
  const synapses = full.map((row) => row.map((count) => Math.round(count * scale * scale)));
  const single = weight.excitatoryPspMV / peakOfUnitCurrent();
  const weightOf = (target: number, source: number): number => {
    if (!isExcitatory(source)) return single * weight.inhibitoryFactor;
    return names[target] === "L23E" && names[source] === "L4E" ? single * weight.L4E_to_L23E_factor : single;
  };
  const synapse = ExponentialSynapse({ tau: neuron.synapseTauMs });
  const projections: Record<string, Projection<PopulationName, PopulationName>> = {};
  for (const [target, to] of names.entries()) {
    for (const [source, from] of names.entries()) {
      const total = synapses[target]![source]!;
      if (total === 0) continue;
      const mean = weightOf(target, source) / Math.sqrt(scale);
      const sign = mean > 0 ? { min: 0 } : { max: 0 };
      const delay = isExcitatory(source) ? delayMs.excitatory : delayMs.inhibitory;
      projections[`${from}to${to}`] = {
        from,
        to,
        synapse,
        connect: fixedTotalNumber({ total }),
        weight: normal({ mean, std: Math.abs(mean) * weight.relativeStd, ...sign }),
        delay: normal({ ...delay, min: delayMs.redrawBelow }),
      };
    }
  }
  const drives = drivesOf(scale, single, synapse);
  const populations = Object.fromEntries(names.map((name, k) => [name, soma(sizes[k]!)]));
  const current = (target: number): number => {
    const inDegree = (source: number): number => full[target]![source]! / parameters.neurons[target]!;
    const recurrent = names.map((_, source) => weightOf(target, source) * inDegree(source) * fullRate(source));
    const outside = single * externalInDegree[target]! * externalRateHz;
    const sum = recurrent.reduce((total, part) => total + part, outside);
    return 1e-3 * neuron.synapseTauMs * (1 - Math.sqrt(scale)) * sum;
  };
  return {
    brain: brain({
      name: "Microcircuit",
      populations: populations as Record<PopulationName, Component>,
      projections,
      drives,
    }),
    inputs: scale === 1 ? {} : Object.fromEntries(names.map((name, k) => [name, { current: current(k) }])),
    initial: Object.fromEntries(names.map((name, k) => [name, { potential: startOf(k) }])) as Microcircuit["initial"],
    synapses,
  };
};

/** External Poisson spikes, at the summed rate of all external inputs of a unit. */
const drivesOf = (scale: number, single: number, synapse: Synapse): Record<string, Input<PopulationName>> =>
  Object.fromEntries(
    names.map((to, target) => [
      `outside${to}`,
      {
        to,
        synapse,
        drive: PoissonDrive({
          rate: externalRateHz,
          trains: externalInDegree[target]! * scale,
          weight: single / Math.sqrt(scale),
        }),
      },
    ]),
  );

const fullRate = (source: number): number => parameters.scaling.fullRatesHz[source]!;

const startOf = (population: number): ReturnType<typeof normal> =>
  normal({
    mean: parameters.initialPotentialMV.mean[population]!,
    std: parameters.initialPotentialMV.std[population]!,
  });

const soma = (units: number): Component =>
  StrictRefractoryLeakySoma({
    units: [units],
    potentialRest: neuron.restMV,
    threshold: neuron.thresholdMV,
    potentialReset: neuron.resetMV,
    potentialTau: neuron.membraneTauMs,
    resistance: neuron.membraneTauMs / neuron.capacitancePF,
    cooldown: neuron.refractoryMs,
  });

const spikes = { outSpikes: true } as const;
/** Records all spikes of all populations. */
export const record = {
  L23E: spikes,
  L23I: spikes,
  L4E: spikes,
  L4I: spikes,
  L5E: spikes,
  L5I: spikes,
  L6E: spikes,
  L6I: spikes,
} as const;
