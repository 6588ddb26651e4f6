import { arrivalsName } from "../compile/receptors.ts";
import { pastsOf } from "../compile/rule.ts";
import { isConductance } from "../config/conductance.ts";
import { counted, withArticle } from "../config/counted.ts";
import { describe, isRecord } from "../config/shape.ts";
import type { BuiltPopulation } from "../graph/build.ts";
import type { WiredProjection } from "../graph/wiring.ts";
import { type Space, spaceOf } from "../model/rule-model.ts";
import type { SpikesInFlight } from "../program/machine.ts";
import { stateFault } from "../readouts/filter.ts";
import type { Filtered } from "../readouts/filtered.ts";
import type { NetworkParts } from "./frontend.ts";
import type { Snapshot } from "./snapshot.ts";

type Fault = ReturnType<NetworkParts["faultOf"]>;

/** What a snapshot of a network has to fit. */
interface Network {
  readonly units: number;
  /** The read-outs that keep a state. */
  readonly keeping: readonly Filtered[];
  readonly projections: readonly Pick<WiredProjection, "name" | "target" | "receptor" | "plasticity" | "ruleFields">[];
  readonly populations: readonly Pick<BuiltPopulation, "name" | "receptors">[];
  readonly unitsOf: (population: number) => number;
  /** Number of synapses of a projection, if the network is built. */
  readonly synapsesOf: (projection: number) => number | undefined;
}

/** The first fault in the spikes, read-outs and weights of a snapshot. */
export const networkFault = (snapshot: Snapshot, network: Network): Fault =>
  spikesFault(snapshot, network.units) ??
  readoutsFault(snapshot, network.keeping) ??
  weightsFault(snapshot, network) ??
  learnedFault(snapshot, network) ??
  conductancesFault(snapshot, network);

/** States of synapses and arriving weights in a unit of conductance are never negative. */
const conductancesFault = ({ state }: Snapshot, { populations }: Network): Fault => {
  for (const { name: population, receptors } of populations) {
    for (const { name: receptor, model } of receptors) {
      if (!isConductance(model.weightUnit)) continue;
      const own = Object.keys(model.state).filter((key) => isConductance(model.state[key]!.unit));
      const names = own.map((key) => `${population}.${receptor}.${key}`);
      for (const name of [...names, arrivalsName(population, receptor)]) {
        const values = (state[name] ?? []) as ArrayLike<number>;
        const wrong = Array.from(values).findIndex((value) => value < 0);
        if (wrong >= 0) return [`state["${name}"][${wrong}]`, values[wrong], NOT_NEGATIVE];
      }
    }
  }
  return undefined;
};

const NOT_NEGATIVE = "a conductance of at least 0";

const weightsFault = ({ weights = {}, dtype }: Snapshot, { projections, populations, synapsesOf }: Network): Fault => {
  if (!isRecord(weights)) return ["weights", weights, "an object of arrays"];
  for (const [name, values] of Object.entries(weights)) {
    const place = projections.findIndex((known) => known.name === name);
    if (place < 0) return [`weights.${name}`, name, "the name of a projection"];
    const list = values instanceof Float32Array || values instanceof Float64Array;
    if (!list) return [`weights.${name}`, values, "a Float32Array or Float64Array"];
    const count = synapsesOf(place);
    if (count !== undefined && values.length !== count) {
      return [`weights.${name}`, values.length, `${counted(count, "value")}, one per synapse`];
    }
    const wrong = values.findIndex((value) => !Number.isFinite(dtype === "f32" ? Math.fround(value) : value));
    if (wrong >= 0) return [`weights.${name}[${wrong}]`, values[wrong], `a finite number in ${dtype}`];
    const { target, receptor } = projections[place]!;
    const { weightUnit } = populations[target]!.receptors[receptor]!.model;
    const negative = isConductance(weightUnit) ? values.findIndex((value) => value < 0) : -1;
    if (negative >= 0) return [`weights.${name}[${negative}]`, values[negative], NOT_NEGATIVE];
  }
  return undefined;
};

/** The state of plasticity rules: finite numbers, one per arrival, target unit or synapse. */
const learnedFault = ({ learned, weights, dtype, dt, step, nonFinite }: Snapshot, network: Network): Fault => {
  const learning = network.projections.filter(({ plasticity }) => plasticity !== undefined);
  if (learned === undefined) {
    return learning.length > 0 && step > 0
      ? ["learned", learned, `the state of the plasticity of ${learning.map(({ name }) => name).join(", ")}`]
      : undefined;
  }
  if (!isRecord(learned)) return ["learned", learned, "an object of states"];
  for (const name of Object.keys(learned)) {
    if (!learning.some((known) => known.name === name))
      return [`learned.${name}`, name, "a projection with plasticity"];
  }
  for (const { name, plasticity, ruleFields, target } of learning) {
    const states = learned[name];
    // A projection without synapses has no rule.
    if (states === undefined && weights?.[name]?.length === 0) continue;
    if (!isRecord(states)) return [`learned.${name}`, states, "an object of arrays"];
    const { state } = plasticity!.model;
    const pasts = pastsOf(plasticity!.model, ruleFields!, dt);
    for (const key of Object.keys(states)) {
      if (!Object.hasOwn(state, key) && !pasts.has(key))
        return [`learned.${name}["${key}"]`, key, "a state variable of its rule"];
    }
    const past = [...pasts.keys()].map((key) => [key, { dtype: "float" }] as const);
    for (const [key, { dtype: type }] of [...Object.entries(state), ...past]) {
      const path = `learned.${name}["${key}"]`;
      const wanted = type === "int" ? "Int32Array" : dtype === "f64" ? "Float64Array" : "Float32Array";
      const values: unknown = states[key];
      if (!ArrayBuffer.isView(values) || values.constructor.name !== wanted) return [path, values, withArticle(wanted)];
      const list = values as Float64Array;
      const projection = network.projections.findIndex((known) => known.name === name);
      const counts: Readonly<Record<Space, number | undefined>> = {
        shared: 1,
        pre: undefined,
        post: network.unitsOf(target) * (pasts.get(key) ?? 1),
        synapse: network.synapsesOf(projection),
      };
      const count = counts[spaceOf(key)];
      if (count !== undefined && list.length !== count) return [path, list.length, counted(count, "value")];
      const wrong = nonFinite ? -1 : list.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) return [`${path}[${wrong}]`, list[wrong], "a finite number"];
    }
  }
  return undefined;
};

const spikesFault = ({ spikes, step }: Snapshot, units: number): Fault => {
  let last = -1;
  for (const [k, emitted] of (spikes as readonly (SpikesInFlight | undefined)[]).entries()) {
    const path = `spikes[${k}]`;
    const own = emitted?.step;
    if (!emitted || !Number.isSafeInteger(own) || emitted.step < 0 || emitted.step > step) {
      return [`${path}.step`, own, `a step up to ${step}`];
    }
    if (emitted.step <= last) return [`${path}.step`, own, `a step after ${last}`];
    last = emitted.step;
    const sources: unknown = emitted.sources;
    if (!(Array.isArray(sources) || ArrayBuffer.isView(sources))) return [`${path}.sources`, sources, "an array"];
    const list = sources as readonly number[];
    const wrong = list.findIndex(
      (source, at) => !Number.isInteger(source) || source >= units || source <= (list[at - 1] ?? -1),
    );
    if (wrong >= 0) return [`${path}.sources[${wrong}]`, list[wrong], `ascending whole numbers below ${units}`];
  }
  return undefined;
};

const readoutsFault = ({ readouts = {}, step, nonFinite }: Snapshot, keeping: readonly Filtered[]): Fault => {
  if (!isRecord(readouts)) return ["readouts", readouts, "an object of states"];
  const given = Object.keys(readouts).sort();
  const wanted = keeping.map(({ wired }) => wired.name).sort();
  if (`${given}` !== `${wanted}`) return ["readouts", given, `of ${describe(wanted)}`];
  for (const { wired, filter } of keeping) {
    const fault = stateFault(filter, readouts[wired.name], step, nonFinite);
    if (fault) return [`readouts.${wired.name}.${fault[0]}`, fault[1], fault[2]];
  }
  return undefined;
};
