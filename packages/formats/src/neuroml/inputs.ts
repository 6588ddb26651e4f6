import type { FlatDrive, FlatNetwork, FlatPopulation } from "../network.ts";
import { currentsOf } from "../recorded.ts";
import type { Reporter } from "../report.ts";
import { weightOf } from "./cells.ts";
import { type Placed, pathOf } from "./places.ts";
import { type Element, element, quantity } from "./xml.ts";

/* Input currents as pulses, and drives as Poisson synapses. */

export interface Inputs {
  readonly components: readonly Element[];
  readonly lists: readonly Element[];
}

const none: Inputs = { components: [], lists: [] };

/** Most pulses of a population. A current that changes in each step would need one for each step and unit. */
const MOST = 10_000;

interface Pulse {
  readonly unit: number;
  readonly start: number;
  readonly steps: number;
  readonly amplitude: number;
}

/** The parts of a current in which it is constant and not 0. */
const pulsesOf = (values: Float64Array, units: number): Pulse[] => {
  const steps = values.length / units;
  const pulses: Pulse[] = [];
  for (let unit = 0; unit < units && pulses.length <= MOST; unit++) {
    let start = 0;
    for (let step = 1; step <= steps; step++) {
      const amplitude = values[start * units + unit]!;
      if (step < steps && values[step * units + unit] === amplitude) continue;
      if (amplitude !== 0) pulses.push({ unit, start, steps: step - start, amplitude });
      start = step;
    }
  }
  return pulses;
};

/** Input elements of one component, in lists for each population. */
const inputLists = (id: string, component: string, places: readonly Placed[], weight?: number): Element[] => {
  const populations = [...new Set(places.map(({ population }) => population))];
  return populations.map((population, k) =>
    element(
      "inputList",
      { id: populations.length === 1 ? id : `${id}_${k}`, component, population },
      places
        .filter((place) => place.population === population)
        .map((place, index) => {
          const common = { id: `${index}`, target: pathOf(place), destination: "synapses" };
          return weight === undefined
            ? element("input", common)
            : element("inputW", { ...common, weight: quantity(weight, "") });
        }),
    ),
  );
};

/** The current of a population as pulses. */
export const currentInputs = async (
  population: FlatPopulation,
  own: string,
  places: readonly Placed[],
  network: FlatNetwork,
  time: (steps: number) => string,
  report: Reporter,
): Promise<Inputs> => {
  const { inputs, units, name } = population;
  if (!("current" in inputs)) return none;
  const path = `inputs.${name}.current`;
  const pulses = pulsesOf(await currentsOf(population, network), units);
  if (pulses.length > MOST) {
    report.unsupported(
      path,
      "current",
      `NeuroML has pulses of constant current, and this one needs more than ${MOST}. Use a constant current or pulses.`,
    );
    return none;
  }
  report.faithful(path, "current", "pulseGenerator");
  const shared = new Map<string, Pulse[]>();
  for (const pulse of pulses) {
    const key = `${pulse.start} ${pulse.steps} ${pulse.amplitude}`;
    const same = shared.get(key);
    if (same) same.push(pulse);
    else shared.set(key, [pulse]);
  }
  const groups = [...shared.values()];
  return {
    components: groups.map(([first], k) =>
      element("pulseGenerator", {
        id: `${own}_pulse_${k}`,
        delay: time(first!.start),
        duration: time(first!.steps),
        amplitude: quantity(first!.amplitude, "pA"),
      }),
    ),
    lists: groups.flatMap((same, k) =>
      inputLists(
        `${own}_current_${k}`,
        `${own}_pulse_${k}`,
        same.map(({ unit }) => places[unit]!),
      ),
    ),
  };
};

/** A drive as a Poisson synapse at each unit. */
export const driveInputs = (
  { name, rate, trains, weight, receptor }: FlatDrive,
  own: string,
  synapse: string,
  places: readonly Placed[],
  report: Reporter,
): Inputs => {
  const path = `model.drives.${name}`;
  if (rate === undefined || trains === undefined || weight === undefined) {
    report.unsupported(
      path,
      "drive",
      "A poissonFiringSynapse takes one number for rate, trains and weight. Use numbers.",
    );
    return none;
  }
  report.approximate(
    path,
    "drive",
    "poissonFiringSynapse",
    "The simulator draws other numbers from the same distribution.",
  );
  const component = element("poissonFiringSynapse", {
    id: own,
    averageRate: quantity(rate * trains, "Hz"),
    synapse,
    spikeTarget: `./${synapse}`,
  });
  return { components: [component], lists: inputLists(`${own}_inputs`, own, places, weightOf(receptor, weight)) };
};
