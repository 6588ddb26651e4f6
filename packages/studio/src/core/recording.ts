import { keysOf } from "./graph.ts";
import { type JsonObject, objectAt } from "./json.ts";
import { nodePlotsOf } from "./node-plots.ts";
import { type Panel, panelsOf, populationsOf, readoutsOf } from "./panels.ts";
import type { RecordRequest } from "./protocol.ts";

/** Traces of one population that are recorded at once. */
export const mostTraces = 64;
/** Samples of traces per ms that are recorded. */
const samplesPerTime = 5;

/** Width of the bins of recorded rates, ms: the whole number of steps next to one ms. */
export const recordedBin = (dt: number): number => {
  const steps = Math.max(1, Math.round(1 / dt));
  return Number((steps * dt).toPrecision(12));
};

/** The time step of a document, ms. */
export const stepOf = (document: JsonObject): number => {
  const { dt } = document;
  return typeof dt === "number" && dt > 0 ? dt : 1;
};

/** Traces shade the refractory periods after spikes. */
const showsSpikes = ({ kind, population, populations }: Panel, name: string): boolean =>
  kind === "raster"
    ? (populations?.includes(name) ?? true)
    : (kind === "intervals" || kind === "traces") && population === name;

/** Units by variable that the trace panels of a population show. */
export const tracedUnits = (panels: readonly Panel[], population: string): ReadonlyMap<string, readonly number[]> => {
  const traced = new Map<string, Set<number>>();
  for (const panel of panels) {
    if (panel.kind !== "traces" || panel.population !== population) continue;
    const units = traced.get(panel.variable) ?? new Set<number>();
    for (const unit of panel.units) units.add(unit);
    traced.set(panel.variable, units);
  }
  return new Map(
    [...traced].flatMap(([variable, units]) =>
      units.size === 0 ? [] : [[variable, [...units].sort((a, b) => a - b).slice(0, mostTraces)] as const],
    ),
  );
};

/**
 * The state variable that a node traces: the potential, and for equations the variable of their first differential
 * equation.
 */
export const tracedVariable = (document: JsonObject, id: string): string => {
  const { equations } = objectAt(document, ...keysOf(id));
  const text = Array.isArray(equations) ? equations.join("\n") : typeof equations === "string" ? equations : "";
  return /^\s*d(\w+)\s*\/\s*dt/m.exec(text)?.[1] ?? "potential";
};

/** The unit that a node traces. */
export const tracedUnit = 0;

const withUnit = (units: readonly number[], unit: number): readonly number[] =>
  units.includes(unit) ? units : [...units, unit].sort((a, b) => a - b).slice(0, mostTraces);

/**
 * The records that the panels and the plots in nodes need. The rates of all populations are always recorded, because they are cheap and the
 * canvas shows them.
 */
export const recordOf = (document: JsonObject): RecordRequest => {
  const panels = panelsOf(document);
  const dt = stepOf(document);
  const every = Math.max(1, Math.round(1 / (samplesPerTime * dt)));
  const populations = populationsOf(document);
  const records: Record<string, JsonObject> = {};
  const nodePlots = nodePlotsOf(document);
  for (const { name, identity } of populations) {
    const own: Record<string, JsonObject | true> = { rate: { bin: recordedBin(dt) } };
    const plot = nodePlots.get(identity);
    if (plot === "spikes" || panels.some((panel) => showsSpikes(panel, name))) own["outSpikes"] = true;
    const traced = new Map(tracedUnits(panels, name));
    if (plot === "trace") {
      const variable = tracedVariable(document, identity);
      traced.set(variable, withUnit(traced.get(variable) ?? [], tracedUnit));
    }
    for (const [variable, units] of traced) own[variable] = { units, every };
    records[name] = own as JsonObject;
  }
  const readouts = readoutsOf(document);
  if (panels.some(({ kind }) => kind === "readouts") && readouts.length > 0) {
    records["readouts"] = Object.fromEntries(readouts.map((name) => [name, { every }]));
  }
  return populations.length === 1 && populations[0]!.name === "" ? records[""]! : records;
};
