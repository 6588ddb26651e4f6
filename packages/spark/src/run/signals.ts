import { drivenBuffer } from "../compile/rule.ts";
import { inletName, outletName } from "../compile/signals.ts";
import { sizeOf } from "../config/shape.ts";
import type { BuiltBrain, BuiltPopulation } from "../graph/build.ts";
import type { WiredSignal } from "../graph/signal.ts";
import { groupShape } from "../model/places.ts";
import type { Machine } from "../program/machine.ts";
import type { SignalLine } from "../program/network.ts";
import { bufferNamed } from "../program/program.ts";
import type { RuleProgram } from "../program/rule.ts";

/** A unit of a population. */
interface Read {
  readonly population: number;
  readonly unit: number;
}

/** Consecutive units of a list that belong to one population. */
interface Stretch {
  readonly population: number;
  readonly units: number[];
  readonly first: number;
}

/** The signals of a network for backends. A rule of a projection without synapses does not exist. */
export const signalLines = (
  { wiring, populations }: Pick<BuiltBrain, "wiring" | "populations">,
  rules: readonly RuleProgram[],
): SignalLine[] => {
  const written = new Set<string>();
  return wiring.signals.flatMap((signal): SignalLine[] => {
    const target = targetOf(signal);
    if (!target) return [];
    const { line, length, values } = target;
    const key = JSON.stringify(line);
    let adds = written.has(key);
    written.add(key);
    const read = readBy(signal, populations);
    const sums = signal.mean || read.length === 1;
    // Several units of the target may share a value.
    const list = sums ? read : read.flatMap((one) => Array.from({ length: length / values }, () => one));
    const scale = signal.mean ? signal.scale / read.length : signal.scale;
    let { offset } = signal;
    return stretchesOf(list).map(({ population, units, first }): SignalLine => {
      const own: SignalLine = {
        population,
        buffer: outletName(populations[population]!.name, signal.name),
        units: Int32Array.from(units),
        sums,
        scale,
        offset,
        adds,
        target: line,
        length: sums ? length : units.length,
        first: sums ? 0 : first,
      };
      // The sum over several populations consists of one line for each.
      if (sums) [adds, offset] = [true, 0];
      return own;
    });
  });

  function targetOf({ target }: WiredSignal) {
    if ("parameter" in target) {
      const { name } = wiring.projections[target.projection]!;
      const rule = rules.findIndex((own) => own.name === name);
      if (rule < 0) return undefined;
      return { line: { rule, buffer: drivenBuffer(rules[rule]!, target.parameter) }, length: 1, values: 1 };
    }
    const { name, component } = populations[target.population]!;
    const { units, model } = component;
    const length = sizeOf(units);
    const values = model.inputs[target.port]!.shared ? sizeOf(groupShape(units)) : length;
    return { line: { population: target.population, buffer: inletName(name, target.port) }, length, values };
  }
};

/** Adds spikes of some units in the last step to the values that signals of spikes read. */
export const addSpikes = (
  { populations }: Pick<Machine, "populations">,
  { name, outlets = [] }: Pick<BuiltPopulation, "name" | "outlets">,
  population: number,
  units: readonly number[],
): void => {
  const { program } = populations[population]!;
  for (const outlet of outlets.filter(({ of }) => of === "outSpikes")) {
    const values = populations[population]!.view(bufferNamed(program, outletName(name, outlet.name)));
    const gain = program.precision === "f32" ? Math.fround(outlet.gain) : outlet.gain;
    for (const unit of units) values[unit] = values[unit]! + gain;
  }
};

/** The units that a signal reads, in order. */
const readBy = ({ sources, units }: WiredSignal, populations: BuiltBrain["populations"]): Read[] => {
  const all = sources.flatMap((population) =>
    Array.from({ length: sizeOf(populations[population]!.component.units) }, (_, unit): Read => ({ population, unit })),
  );
  return units ? units.map((unit) => all[unit]!) : all;
};

const stretchesOf = (list: readonly Read[]): Stretch[] => {
  const stretches: Stretch[] = [];
  for (const [first, { population, unit }] of list.entries()) {
    const last = stretches.at(-1);
    if (last?.population === population) last.units.push(unit);
    else stretches.push({ population, units: [unit], first });
  }
  return stretches;
};
