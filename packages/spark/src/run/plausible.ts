import { withUnit } from "../config/field.ts";
import { type Expr, walk } from "../expr/expr.ts";
import type { SurveyedReceptor } from "../graph/build.ts";
import type { Feed } from "../inputs/contract.ts";
import { largestOf } from "../inputs/values.ts";
import type { Built, Declaration, Model } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";
import { type Effects, effectsOf } from "./effects.ts";
import type { Checked, Ending, RunRequest } from "./frontend.ts";
import { currentDoubt, type Excitation, unitDoubts, weightDoubt } from "./magnitudes.ts";
import type { Settings } from "./options.ts";

/* Values that are valid, but probably differ from what the user meant. The first run of a simulation names them. */

/** A population. Values that must be drawn may be missing. */
interface Population {
  readonly name: string;
  readonly component: object;
  /** Ports that signals drive. */
  readonly inlets?: readonly string[];
  readonly receptors: readonly (Pick<SurveyedReceptor, "name" | "model" | "fields" | "port" | "wired"> & {
    readonly drives: readonly object[];
  })[];
}

/** A population and its inputs, with what decides about it. */
interface Judged {
  readonly name: string;
  readonly component: Built<Model>;
  readonly receptors: Population["receptors"];
  readonly inlets: readonly string[];
  readonly feeds: Readonly<Record<string, readonly Feed[]>>;
  /** The projections that end at it, with what is known of their synapses; undefined for a single component. */
  readonly ending: readonly Ending[] | undefined;
}

/**
 * Sentences about values that probably differ from what the user meant. Populations whose values must be drawn are
 * skipped.
 *
 * @param continues whether other runs may follow, with other inputs or parameters
 */
export const surprisesOf = (
  { settings, network }: Pick<Checked, "settings" | "network">,
  populations: readonly Population[],
  { populations: requests, changes }: RunRequest,
  continues: boolean,
): string[] => {
  const endings = network?.endings();
  const judged = populations.flatMap(({ name, component, receptors, inlets = [] }, p): Judged[] => {
    if (!("fields" in component)) return [];
    const ending = endings?.filter(({ projection }) => projection.target === p);
    const { feeds } = requests[p]!;
    return [{ name, component: component as Built<Model>, receptors, inlets, feeds, ending }];
  });
  return [
    ...timeDoubts(judged.flatMap(timesOf), settings),
    ...judged.flatMap(({ component }) => startDoubt(component)),
    ...judged.flatMap((population) => {
      const units = unitDoubts(population.component);
      // A wrong unit of the soma makes all currents and weights look wrong.
      return units.length > 0 ? units : driveDoubts(population);
    }),
    ...(continues || changes.length > 0 ? [] : judged.flatMap(effectDoubts)),
    ...(network?.doubts() ?? []),
  ];
};

/** A soma that declares no start begins at 0 mV, which is far above the resting potential of most. */
const startDoubt = ({ model, start, fields, place }: Built<Model>): string[] => {
  const { initial, from } = model.state["potential"] ?? {};
  // Initial values of the run make it an array.
  if (initial?.op !== "constant" || initial.value !== 0 || from || start["potential"] !== 0) return [];
  const { threshold } = model.roles ?? {};
  const level = fields[threshold ?? ""];
  const rest = fields["potentialRest"];
  const above = level !== undefined && largest(level) <= 0;
  const away = rest !== undefined && (largest(rest) < 0 || smallest(rest) > 0);
  if (!above && !away) return [];
  const than = above ? `not below ${threshold}, ${rangeText(level)}` : `not potentialRest, ${rangeText(rest!)}`;
  return [
    `${place.path}.potential starts at 0 mV, which is ${than}. Set initial.potential, or declare the start of the soma: state: (x) => ({ potential: float(x.potentialRest, "mV", "…") }).`,
  ];
};

const largest = (value: number | Float64Array): number =>
  typeof value === "number" ? value : value.reduce((a, b) => Math.max(a, b));

const rangeText = (value: number | Float64Array): string => {
  const [low, high] = [smallest(value), largest(value)];
  return low === high ? `${low} mV` : `${low} to ${high} mV`;
};

/** A duration in equations: an expression of fields. */
interface TimeExpr {
  readonly expr: Expr;
  /** Whether it is counted in whole steps. */
  readonly counted: boolean;
}

/** A duration in the equations of a part. */
interface EquationTime extends Pick<TimeExpr, "counted"> {
  /** Path of the parameter, or of the part and the expression. */
  readonly path: string;
  /** ms; the shortest of all units. */
  readonly time: number;
}

type Part = Pick<Built<Declaration>, "model" | "fields" | "dt" | "place">;

const partsOf = ({ component, receptors }: Judged): Part[] => [
  component,
  ...receptors.flatMap(({ name, model, fields }) =>
    fields ? [{ model, fields, dt: component.dt, place: component.place.at(name) }] : [],
  ),
];

/** The time constants and counted times of a population and its synapses. */
const timesOf = (population: Judged): EquationTime[] =>
  partsOf(population).flatMap((part) =>
    timeExprsOf(part.model).flatMap(({ expr, counted }): EquationTime[] => {
      const value = evaluated(expr, part);
      if (value === undefined) return [];
      const { place } = part;
      const path = expr.op === "symbol" ? place.at(expr.name!).path : `${place.path}: a time constant`;
      return [{ path, time: smallest(value), counted }];
    }),
  );

const timeExprs = new WeakMap<Declaration, readonly TimeExpr[]>();

const timeExprsOf = (model: Declaration): readonly TimeExpr[] => {
  const found = timeExprs.get(model);
  if (found) return found;
  const times = new Map<Expr, boolean>();
  walk(Object.values<Expr>(model.next), ({ op, args: [a, b] }) => {
    if (op === "div" && a!.source === "dt" && isFieldTime(b!, model)) times.set(b!, false);
    const [time, step] = op === "nearest" && a!.op === "div" ? a!.args : [];
    if (step?.source === "dt" && isFieldTime(time!, model)) times.set(time!, true);
  });
  const listed = [...times].map(([expr, counted]) => ({ expr, counted }));
  timeExprs.set(model, listed);
  return listed;
};

/** Whether an expression depends on fields only. */
const isFieldTime = (root: Expr, { fields }: Declaration): boolean => {
  let has = false;
  let only = true;
  walk([root], ({ op, source, name }) => {
    if (op !== "symbol") return;
    if (source === "field" && Object.hasOwn(fields, name!)) has = true;
    else only = false;
  });
  return has && only;
};

const evaluated = (expr: Expr, { fields, dt }: Part): number | Float64Array | undefined => {
  try {
    return evaluateFixed(expr, fields, { dt });
  } catch {
    // A parameter that changes over time has no value yet.
    return undefined;
  }
};

const smallest = (value: number | Float64Array): number =>
  typeof value === "number" ? value : value.reduce((a, b) => Math.min(a, b));

/** A time constant below this number of steps needs a time step that somebody chose. */
const FINE = 10;

const timeDoubts = (
  times: readonly EquationTime[],
  { dt, assumesDt }: Pick<Settings, "dt" | "assumesDt">,
): string[] => {
  const doubts: string[] = [];
  for (const { path, time, counted } of times) {
    if (counted && time > 0 && time < dt / 2) {
      doubts.push(
        `${path}, ${ms(time)}, is less than half a time step, ${ms(dt)}, so it counts as 0 steps. Use a shorter dt.`,
      );
    } else if (!counted && time > 0 && time < dt) {
      const seconds =
        time * 1000 >= 1 && time < 1 ? ` For ${withUnit(round(time), "s")}, write ${round(time * 1000)}.` : "";
      doubts.push(`${path}, ${ms(time)}, is shorter than the time step, ${ms(dt)}. Use a shorter dt.${seconds}`);
    }
  }
  if (!assumesDt || doubts.length > 0) return doubts;
  const [shortest] = times.filter(({ time }) => time > 0 && time < FINE * dt).sort((a, b) => a.time - b.time);
  if (!shortest) return [];
  const { path, time, counted } = shortest;
  if (counted && Number.isInteger(time / dt)) return [];
  return [
    `dt was omitted, so the time step is ${ms(dt)}, which is coarse for ${path}, ${ms(time)}. Give dt, such as 0.1.`,
  ];
};

const round = (value: number): number => Number(value.toPrecision(3));
const ms = (time: number): string => withUnit(round(time), "ms");

const listed = (doubt: string | undefined): string[] => (doubt === undefined ? [] : [doubt]);

/** Doubts about the currents and weights that drive a population. */
const driveDoubts = ({ name, component, receptors, inlets, feeds, ending }: Judged): string[] => {
  if (inlets.length > 0) return [];
  const given = Object.entries(feeds).filter(([, list]) => list.length > 0);
  const [port, list] = given[0] ?? [];
  if (receptors.some(({ drives }) => drives.length > 0) || given.length > 1) return [];
  if (port === undefined) {
    const excitations = (ending ?? []).flatMap((one) => excitationOf(one, receptors) ?? []);
    return listed(weightDoubt(excitations, component));
  }
  if ((ending ?? []).length > 0 || component.model.inputs[port]?.payload !== "CurrentArray") return [];
  let peak = 0;
  for (const { constant, largest = constant && largestOf(constant) } of list!) {
    if (largest === undefined) return [];
    peak += largest;
  }
  return listed(currentDoubt(ending ? `inputs.${name}.${port}` : `inputs.${port}`, peak, component));
};

const excitationOf = (
  { projection: { place, receptor }, synapses: { expected, reachedWeights }, inhibitory }: Ending,
  receptors: Judged["receptors"],
): Excitation | undefined => {
  if (inhibitory) return undefined;
  let weight = 0;
  for (let k = 0; k < reachedWeights.length; k++) weight = Math.max(weight, reachedWeights[k]!);
  if (weight === 0 || !Number.isFinite(weight)) return undefined;
  return { path: place.at("weight").path, weight, unit: receptors[receptor]!.model.weightUnit, synapses: expected };
};

/** Doubts about parameters without an effect, and about populations that nothing drives. */
const effectDoubts = ({ component, receptors, inlets, feeds }: Judged): string[] => {
  const { model } = component;
  if (model.kind !== "soma") return [];
  const symbols = new Map<string, boolean>();
  for (const [port, { into = port }] of Object.entries(model.inputs)) {
    const given = (feeds[port] ?? []).length > 0;
    const arrives = receptors.some(
      (receptor) => receptor.port === port && (receptor.wired || receptor.drives.length > 0),
    );
    symbols.set(into, given || arrives || inlets.includes(port) || symbols.get(into) === true);
  }
  const absent = [...symbols].filter(([, present]) => !present).map(([name]) => name);
  const chosen = chosenFields(component);
  const alone = absent.length === symbols.size;
  if (chosen.length === 0 && !alone) return [];
  const effects = effectsIn(component, absent);
  if (effects.idle && alone) {
    return [`${component.place.path} gets no input and starts at rest, so nothing happens. Give it an input.`];
  }
  return chosen.flatMap((field) => {
    if (effects.fields.has(field)) return [];
    const isOff = component.fields[field] === 0 && effectsIn(component, absent, field).fields.has(field);
    return isOff ? [] : [`${component.place.at(field).path} has no effect${reasonOf(field, component, absent)}.`];
  });
};

/** The fields whose values differ from the defaults. */
const chosenFields = ({ model, fields }: Pick<Part, "model" | "fields">): string[] =>
  Object.keys(model.fields).filter(
    (name) => fields[name] !== undefined && fields[name] !== model.fields[name]!.default,
  );

const effectsIn = (component: Judged["component"], absent: readonly string[], without?: string): Effects => {
  const { model, fields, dt } = component;
  const values: Record<string, number> = Object.fromEntries(absent.map((name) => [name, 0]));
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "number" && name !== without) values[name] = value;
  }
  const start = Object.fromEntries(
    Object.entries(component.start).map(([name, value]) => [name, typeof value === "number" ? value : undefined]),
  );
  return effectsOf({ results: [model.spikes], next: model.next, start }, { dt, values });
};

const reasonOf = (field: string, component: Judged["component"], absent: readonly string[]): string => {
  const input = absent.find((name) =>
    effectsIn(
      component,
      absent.filter((other) => other !== name),
    ).fields.has(field),
  );
  if (input !== undefined) return `, because no ${input} reaches the units`;
  const zero = Object.entries(component.fields).find(
    ([name, value]) => value === 0 && effectsIn(component, absent, name).fields.has(field),
  );
  return zero ? `, because ${zero[0]} is 0` : " in this run";
};
