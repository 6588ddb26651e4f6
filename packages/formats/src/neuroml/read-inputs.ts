import { safeNames } from "../names.ts";
import { attribute, quantityOf } from "./quantities.ts";
import { inputRemedy } from "./read-components.ts";
import { type Component, children } from "./read-model.ts";
import { cellOf, type Listed, type Made } from "./read-populations.ts";
import { type Edges, populationNamed } from "./read-projections.ts";
import { type InputContext, spikesOf, stepAfter } from "./read-spikes.ts";
import { addPoisson, addTimed, type Input, type SynapticInputs } from "./read-synaptic-inputs.ts";
import type { Element } from "./xml.ts";

/* Inputs of a network of NeuroML. */

type Part = Readonly<Record<string, unknown>>;

interface Inputs {
  /** Inputs of the document, by population. */
  readonly inputs: Readonly<Record<string, Part>>;
  readonly drives: Readonly<Record<string, Part>>;
  /** Sources of the inputs that reach only some cells, with their projections. */
  readonly sources: Readonly<Record<string, Part>>;
  readonly edges: readonly Edges[];
}

const inputTypes = ["pulseGenerator", "pulseGeneratorDL", "poissonFiringSynapse", "timedSynapticInput"];

/** Up to this number, pulses are forms of the document; above it, a file holds the current of each step. */
const FORMS = 16;
/** Largest number of values of such a file. */
const VALUES = 2 ** 25;

/** @throws ConfigError for ids that are missing and cells that do not exist */
export const readInputs = (context: InputContext, nameOf: (name: string) => string): Inputs => {
  const { model, populations, receptors, report } = context;
  const found = new Map<string, { readonly component: Component; readonly list: Input[] }>();
  /** Refusals of an input, which can have an element for each cell. */
  const told = new Set<string>();
  for (const element of children(model.network.element)) {
    if (element.name !== "inputList" && element.name !== "explicitInput") continue;
    const isList = element.name === "inputList";
    const where = `${model.network.where} ${element.name} ${element.attributes["id"] ?? ""}`.trim();
    const component = receptors.component(attribute(element, isList ? "component" : "input", where), where);
    const entry = found.get(component.id) ?? { component, list: [] };
    found.set(component.id, entry);
    const targets = isList ? listedTargets(element, where, context) : explicitTarget(element, where, populations);
    const given = component.type === "pulseGeneratorDL" ? "numbers" : "currents";
    const unfit = new Set(
      targets.flatMap(({ listed }) => inputRemedy(listed.id, listed.made?.cells ?? [], given) ?? []),
    );
    for (const remedy of unfit) {
      if (told.has(`${component.id} ${remedy}`)) continue;
      told.add(`${component.id} ${remedy}`);
      report.unsupported(`${model.network.id}.${component.id}`, component.type, remedy);
    }
    const lost = new Set(targets.filter(({ listed }) => !listed.made?.cells).map(({ listed }) => listed.id));
    for (const id of lost) {
      if (!isList && told.has(`${component.id} ${id}`)) continue;
      told.add(`${component.id} ${id}`);
      report.unsupported(
        `${model.network.id}.${element.attributes["id"] ?? component.id}`,
        component.type,
        `The population ${id} was left out, or is a source of spikes. Change it.`,
      );
    }
    for (const { listed, index, weight } of targets) {
      if (listed.made?.cells && inputRemedy(listed.id, listed.made.cells, given) === undefined)
        entry.list.push({ made: listed.made, unit: listed.units[index]!, weight });
    }
  }
  const pulses = new Map<Made, Map<string, Pulse>>();
  const synaptic: SynapticInputs = {
    ...{ drives: {}, sources: {}, inputs: {}, edges: [] },
    ...{ driveNames: safeNames(), nameOf },
  };
  for (const { component, list } of found.values()) {
    if (list.length === 0) continue;
    if (isPulse(component)) addPulses(component, list, pulses, context);
    else if (component.type === "poissonFiringSynapse") addPoisson(component, list, synaptic, context);
    else if (component.type === "timedSynapticInput") addTimed(component, list, synaptic, context);
    else {
      report.unsupported(
        `${model.network.id}.${component.id}`,
        component.type,
        `Known inputs: ${inputTypes.join(", ")}. Add the input to the document.`,
      );
    }
  }
  const made = new Set([...populations.values()].flatMap((one) => one.made ?? []));
  return {
    inputs: Object.fromEntries([
      ...[...pulses].map(([one, own]) => [one.name, { current: currentOf(one, [...own.values()], context) }] as const),
      ...[...made].flatMap((one) => spikesOf(one, context)),
      ...Object.entries(synaptic.inputs),
    ]),
    drives: synaptic.drives,
    sources: synaptic.sources,
    edges: synaptic.edges,
  };
};

const isPulse = ({ type }: Component): boolean => type === "pulseGenerator" || type === "pulseGeneratorDL";

interface Target {
  readonly listed: Listed;
  readonly index: number;
  readonly weight: number;
}

const listedTargets = (
  element: Element,
  where: string,
  { populations, report, model }: InputContext,
): readonly Target[] => {
  const listed = populationNamed(attribute(element, "population", where), populations, where);
  const unknown = new Set<string>();
  const targets = children(element).flatMap((one, k): Target[] => {
    if (one.name !== "input" && one.name !== "inputW") {
      if (!["notes", "annotation", "property"].includes(one.name)) unknown.add(one.name);
      return [];
    }
    const place = `${where} ${one.name} ${one.attributes["id"] ?? k}`;
    const index = cellOf(attribute(one, "target", place), listed, `${place}.target`);
    return [{ listed, index, weight: one.name === "inputW" ? quantityOf(one, "weight", "number", place) : 1 }];
  });
  for (const name of unknown) {
    report.unsupported(
      `${model.network.id}.${element.attributes["id"] ?? "inputList"}`,
      name,
      "Only input and inputW are known. Use one of them.",
    );
  }
  return targets;
};

const explicitTarget = (element: Element, where: string, populations: ReadonlyMap<string, Listed>): Target[] => {
  const path = attribute(element, "target", where);
  const id = /^(?:\.{1,2}\/)*([^[\]/]{1,200})/.exec(path)?.[1] ?? "";
  const listed = populationNamed(id, populations, `${where}.target`);
  return [{ listed, index: cellOf(path, listed, `${where}.target`), weight: 1 }];
};

interface Pulse {
  /** Steps: [first, end). */
  readonly first: number;
  readonly end: number;
  readonly amplitudes: Float64Array;
}

const addPulses = (
  { id, type, element, where }: Component,
  list: readonly Input[],
  pulses: Map<Made, Map<string, Pulse>>,
  { report, model, dt, steps }: InputContext,
): void => {
  const path = `${model.network.id}.${id}`;
  const delay = quantityOf(element, "delay", "time", where);
  const duration = quantityOf(element, "duration", "time", where);
  const amplitude = quantityOf(element, "amplitude", type === "pulseGenerator" ? "current" : "number", where);
  const first = Math.max(0, stepAfter(delay, dt));
  const end = Math.min(steps, stepAfter(delay + duration, dt));
  if (first >= end) {
    if (first >= steps || duration <= 0) report.faithful(path, type, "not used", "It has no effect within the run.");
    else report.unsupported(path, type, `The pulse contains no step of ${dt} ms. Use a shorter dt.`);
    return;
  }
  for (const { made, unit, weight } of list) {
    const own = pulses.get(made) ?? new Map<string, Pulse>();
    pulses.set(made, own);
    const key = `${first} ${end}`;
    const pulse = own.get(key) ?? { first, end, amplitudes: new Float64Array(made.units) };
    own.set(key, pulse);
    pulse.amplitudes[unit]! += weight * amplitude;
  }
  report.faithful(path, type, "current");
};

/** The pulses of a population as a current of the document. */
const currentOf = (made: Made, pulses: readonly Pulse[], { data, dt, steps }: InputContext): unknown => {
  if (pulses.length > FORMS && steps * made.units <= VALUES) {
    const values = new Float64Array(steps * made.units);
    for (const { first, end, amplitudes } of pulses) {
      // Most pulses reach few units.
      const reached = Array.from(amplitudes.keys()).filter((unit) => amplitudes[unit] !== 0);
      for (let step = first; step < end; step++) {
        for (const unit of reached) values[step * made.units + unit]! += amplitudes[unit]!;
      }
    }
    const file = `${made.name}Current.npy`;
    data.addArray(file, values, [steps, made.units]);
    return { npy: file };
  }
  const forms = pulses.map(({ first, end, amplitudes }) => {
    const isSame = amplitudes.every((one) => one === amplitudes[0]);
    const amplitude = isSame ? amplitudes[0]! : Array.from(amplitudes);
    if (first === 0 && end === steps) return amplitude;
    return {
      step: { amplitude, ...(first > 0 && { from: timeOf(first, dt) }), ...(end < steps && { to: timeOf(end, dt) }) },
    };
  });
  return forms.length === 1 ? forms[0] : { sum: forms };
};

/** The time of a step without the error of the multiplication, ms. */
const timeOf = (step: number, dt: number): number => Number((step * dt).toPrecision(12));
