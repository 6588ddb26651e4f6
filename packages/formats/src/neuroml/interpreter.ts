import {
  type CellEquations,
  cellEquations,
  type Parameters,
  type SynapseEquations,
  synapseEquations,
} from "./dynamics.ts";
import { type Component, children, type Model } from "./read-model.ts";
import type { Element } from "./xml.ts";

/*
 * A small interpreter of NeuroML and LEMS, with which the drift check compares an import. It reads the elements of a model
 * on its own, in SI units, and integrates their equations with Runge and Kutta's method of fourth order. As in simulators of
 * LEMS, the conditions of spikes are tested at the ends of the steps. It leaves out what it does not know.
 */

export interface InterpreterOptions {
  /** Time of a step, s. */
  readonly dt: number;
  readonly steps: number;
  /** Steps of the integration in one step. */
  readonly substeps: number;
}

/** What a population of NeuroML does. */
export interface Trace {
  readonly size: number;
  /** mV at the end of each step: steps × size. */
  readonly potential: Float64Array;
  /** Steps of the document, counted from 1, of each cell. */
  readonly spikes: readonly (readonly number[])[];
}

interface Synapse {
  readonly equations: SynapseEquations;
  readonly p: Parameters;
  /** Its first state variable. */
  readonly at: number;
}

interface Pulse {
  readonly from: number;
  readonly to: number;
  readonly amplitude: number;
}

interface Target {
  readonly cell: Cell;
  readonly synapse: Synapse;
  readonly weight: number;
  /** Steps of the integration. */
  readonly delay: number;
}

interface Source {
  readonly targets: Target[];
}

interface Cell extends Source {
  readonly equations: CellEquations;
  readonly p: Parameters;
  readonly synapses: Map<string, Synapse>;
  readonly pulses: Pulse[];
  readonly spikes: number[];
  /** State variables of the cell, then of its synapses. */
  y: Float64Array;
  /** Time until which it is refractory, s. */
  until: number;
}

interface Group {
  readonly size: number;
  /** Positions by the ids of instances. */
  readonly ids: ReadonlyMap<string, number> | undefined;
  readonly members: readonly Source[];
  readonly cells: readonly Cell[] | undefined;
  /** Times of the spikes of a source, s. */
  readonly trains: readonly number[] | undefined;
}

/** SI units by their names in NeuroML. */
const units: Readonly<Record<string, number>> = {
  ...{ "": 1, s: 1, ms: 1e-3, us: 1e-6, Hz: 1, per_s: 1, per_ms: 1e3, V: 1, mV: 1e-3 },
  ...{ F: 1, uF: 1e-6, nF: 1e-9, pF: 1e-12, S: 1, mS: 1e-3, uS: 1e-6, nS: 1e-9, pS: 1e-12 },
  ...{ A: 1, uA: 1e-6, nA: 1e-9, pA: 1e-12, S_per_V: 1, nS_per_mV: 1e-6 },
};

const inSi = (text: string): number => {
  const value = Number.parseFloat(text);
  const unit = text.trim().replace(/^[-+\d.]+(?:[eE][-+]?\d+)?/, "");
  return value * (units[unit.trim()] ?? Number.NaN);
};

/** All attributes that are quantities. */
const parametersOf = ({ attributes }: Element): Parameters =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([key, text]) => {
      const value = inSi(text);
      return Number.isNaN(value) ? [] : [[key, value]];
    }),
  );

/** The traces of all populations of cells, by id. */
export const interpret = (model: Model, options: InterpreterOptions): ReadonlyMap<string, Trace> => {
  const groups = groupsOf(model, options.steps * options.dt);
  const h = options.dt / options.substeps;
  connect(model, groups, h);
  addInputs(model, groups);
  return run(groups, h, options);
};

const groupsOf = ({ network, components }: Model, duration: number): Map<string, Group> => {
  const groups = new Map<string, Group>();
  for (const element of children(network.element)) {
    if (element.name !== "population") continue;
    const component = components.get(element.attributes["component"]!)!;
    const instances = children(element).filter(({ name }) => name === "instance");
    const size = instances.length > 0 ? instances.length : Number(element.attributes["size"]);
    const ids =
      instances.length > 0 ? new Map(instances.map(({ attributes }, k) => [attributes["id"]!, k])) : undefined;
    const equations = cellEquations[component.type];
    const each = <T>(make: () => T): T[] => Array.from({ length: size }, make);
    const common = { size, ids };
    if (equations) {
      const p = parametersOf(component.element);
      const cells = each((): Cell => {
        const y = Float64Array.from(equations.start(p));
        const lists = { targets: [], pulses: [], spikes: [], synapses: new Map<string, Synapse>() };
        return { equations, p, y, until: Number.NEGATIVE_INFINITY, ...lists };
      });
      groups.set(element.attributes["id"]!, { ...common, members: cells, cells, trains: undefined });
    } else if (component.type === "spikeArray" || component.type === "spikeGenerator") {
      const members = each((): Source => ({ targets: [] }));
      const trains = component.type === "spikeArray" ? timesOf(component) : regular(component, duration);
      groups.set(element.attributes["id"]!, { ...common, members, cells: undefined, trains });
    }
  }
  return groups;
};

const timesOf = ({ element }: Component): readonly number[] =>
  children(element).flatMap(({ name, attributes }) => (name === "spike" ? [inSi(attributes["time"]!)] : []));

const regular = ({ element }: Component, duration: number): readonly number[] => {
  const period = inSi(element.attributes["period"]!);
  return Array.from({ length: Math.floor(duration / period + 1e-9) }, (_, k) => (k + 1) * period);
};

/** The member of a path such as "../cells[3]" or "../cells/3/iaf". */
const memberOf = (path: string, groups: ReadonlyMap<string, Group>): Source | undefined => {
  const [name = "", id] = path
    .replace(/^[./]+/, "")
    .split(/[[\]/]/)
    .filter((part) => part !== "");
  const group = groups.get(name);
  return group?.members[group.ids && !path.includes("[") ? (group.ids.get(id!) ?? -1) : Number(id)];
};

const isCell = (member: Source | undefined): member is Cell => member !== undefined && "equations" in member;

/** The synapse of a component at a cell. Synapses of a component are linear, so one holds the sum of all. */
const synapseAt = (cell: Cell, component: Component): Synapse | undefined => {
  const known = cell.synapses.get(component.id);
  const equations = synapseEquations[component.type];
  if (known || !equations) return known;
  const synapse = { equations, p: parametersOf(component.element), at: cell.y.length };
  const longer = new Float64Array(cell.y.length + equations.states);
  longer.set(cell.y);
  cell.y = longer;
  cell.synapses.set(component.id, synapse);
  return synapse;
};

const connect = ({ network, components }: Model, groups: ReadonlyMap<string, Group>, h: number): void => {
  for (const element of children(network.element)) {
    if (element.name !== "projection") continue;
    const component = components.get(element.attributes["synapse"]!)!;
    const list = children(element).filter(({ name }) => name.startsWith("connection"));
    const weights = list.map(({ attributes }) => Number(attributes["weight"] ?? 1));
    // The import leaves them out.
    if (component.element.attributes["erev"] !== undefined && weights.some((weight) => weight < 0)) continue;
    list.forEach(({ attributes }, k) => {
      const source = memberOf(attributes["preCellId"]!, groups);
      const cell = memberOf(attributes["postCellId"]!, groups);
      const synapse = isCell(cell) ? synapseAt(cell, component) : undefined;
      if (!source || !isCell(cell) || !synapse) return;
      const delay = Math.round(inSi(attributes["delay"] ?? "0s") / h);
      source.targets.push({ cell, synapse, weight: weights[k]!, delay });
    });
  }
};

/** A spike on its way, by the step of the integration at which it acts. */
type Queue = Map<number, Target[]>;

const addInputs = ({ network, components }: Model, groups: Map<string, Group>): void => {
  let added = 0;
  const add = (component: Component, path: string, weight: number): void => {
    const cell = memberOf(path, groups);
    if (!isCell(cell)) return;
    const p = parametersOf(component.element);
    if (component.type === "pulseGenerator" || component.type === "pulseGeneratorDL") {
      const [from, to] = [p["delay"]!, p["delay"]! + p["duration"]!];
      cell.pulses.push({ from, to, amplitude: weight * p["amplitude"]! });
    } else if (component.type === "timedSynapticInput") {
      const synapse = synapseAt(cell, components.get(component.element.attributes["synapse"]!)!);
      if (!synapse) return;
      const member = { targets: [{ cell, synapse, weight, delay: 0 }] };
      const trains = timesOf(component);
      groups.set(`input ${added++}`, { size: 1, ids: undefined, members: [member], cells: undefined, trains });
    }
  };
  for (const element of children(network.element)) {
    if (element.name === "explicitInput")
      add(components.get(element.attributes["input"]!)!, element.attributes["target"]!, 1);
    if (element.name !== "inputList") continue;
    const component = components.get(element.attributes["component"]!)!;
    for (const { name, attributes } of children(element)) {
      if (name === "input" || name === "inputW")
        add(component, attributes["target"]!, name === "input" ? 1 : Number(attributes["weight"]));
    }
  }
};

/** Sends a spike to all targets of a source. */
const send = ({ targets }: Source, step: number, queue: Queue): void => {
  for (const target of targets) {
    const due = step + target.delay;
    const list = queue.get(due);
    if (list) list.push(target);
    else queue.set(due, [target]);
  }
};

const run = (
  groups: ReadonlyMap<string, Group>,
  h: number,
  { steps, substeps }: InterpreterOptions,
): ReadonlyMap<string, Trace> => {
  const queue: Queue = new Map();
  for (const { trains, members } of groups.values()) {
    for (const time of trains ?? []) for (const member of members) send(member, Math.ceil(time / h - 1e-6), queue);
  }
  const own = [...groups].flatMap(([id, { cells, size }]) =>
    cells ? [{ id, cells, size, potential: new Float64Array(steps * size) }] : [],
  );
  const cells = own.flatMap((one) => one.cells);
  const longest = cells.reduce((most, { y }) => Math.max(most, y.length), 0);
  const space: Space = { k: [0, 1, 2, 3].map(() => new Float64Array(longest)), y: new Float64Array(longest) };
  for (let step = 0; step < steps; step++) {
    for (let part = step * substeps; part < (step + 1) * substeps; part++) {
      for (const { cell, synapse, weight } of queue.get(part) ?? []) {
        synapse.equations.receive(synapse.p, cell.y, synapse.at, weight);
      }
      queue.delete(part);
      for (const cell of cells) advance(cell, part * h, h, space);
    }
    const end = (step + 1) * substeps;
    for (const cell of cells) {
      const { equations, p, y } = cell;
      if (cell.until > (end - 0.5) * h || !(y[0]! > p[equations.peak]!)) continue;
      equations.spike(p, y);
      if (equations.isRefractory) cell.until = end * h + p["refract"]!;
      cell.spikes.push(step + 1);
      send(cell, end, queue);
    }
    for (const { cells: list, potential, size } of own) {
      for (let k = 0; k < size; k++) potential[step * size + k] = list[k]!.y[0]! * 1000;
    }
  }
  return new Map(
    own.map(({ id, cells: list, size, potential }) => [id, { size, potential, spikes: list.map((one) => one.spikes) }]),
  );
};

/** The stages of a step, which all cells share. */
interface Space {
  readonly k: readonly Float64Array[];
  readonly y: Float64Array;
}

/** One step of Runge and Kutta's method. */
const advance = (cell: Cell, time: number, h: number, { k, y: at }: Space): void => {
  const { y, pulses, until } = cell;
  const size = y.length;
  // Pulses begin and end within the precision of their times.
  const middle = time + h / 2;
  let input = 0;
  for (const { from, to, amplitude } of pulses) if (middle >= from && middle < to) input += amplitude;
  const isHeld = until > time + h / 2;
  ratesOf(cell, y, input, isHeld, k[0]!);
  for (const [stage, part] of [
    [1, 0.5],
    [2, 0.5],
    [3, 1],
  ] as const) {
    for (let j = 0; j < size; j++) at[j] = y[j]! + part * h * k[stage - 1]![j]!;
    ratesOf(cell, at, input, isHeld, k[stage]!);
  }
  for (let j = 0; j < size; j++) y[j]! += (h / 6) * (k[0]![j]! + 2 * k[1]![j]! + 2 * k[2]![j]! + k[3]![j]!);
};

const ratesOf = (
  { equations, p, synapses }: Cell,
  y: Float64Array,
  input: number,
  isHeld: boolean,
  out: Float64Array,
) => {
  let current = input;
  for (const synapse of synapses.values()) {
    current += synapse.equations.current(synapse.p, y, synapse.at, y[0]!);
    synapse.equations.rates(synapse.p, y, synapse.at, out);
  }
  equations.rates(p, y, current, out);
  if (isHeld) out[0] = 0;
};
