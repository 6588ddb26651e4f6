import type { Expr } from "../expr/expr.ts";
import type { Observable } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { Port } from "../model/ports.ts";
import type { Buffer } from "../program/program.ts";
import type { KernelBuilder } from "./builder.ts";
import type { Instance } from "./instance.ts";

/*
 * Signals in the kernel of a population. It stores the values of its outlets after each step, and adds those of its inlets
 * to ports. Only networks load this code.
 */

/** Values that a population offers to the signals of its network. */
export interface Outlet {
  /** Name of the signal. */
  readonly name: string;
  /** "outSpikes", or an observable: "variable" or "receptor.variable". */
  readonly of: string;
  /**
   * The low-pass filter: the part of a value that remains after a step, 0 without filter, and what is added: for spikes
   * in a step with a spike, in Hz; for a variable the part of it.
   */
  readonly kept: number;
  readonly gain: number;
}

/** Name of the state buffer of an outlet. A receptor cannot have such a name. */
export const outletName = (path: string, signal: string): string => `${path}.signal-${signal}`;
/** Name of the input buffer with the sum of the signals to a port. */
export const inletName = (path: string, port: string): string => `${path}.${port}.signal`;

type Observables = Readonly<Record<string, Observable>>;

/** The parts of a population that are known when its step kernel is built. */
interface SignalSite {
  readonly builder: KernelBuilder;
  readonly buffers: Buffer[];
  readonly path: string;
  readonly padded: number;
  /** ms */
  readonly dt: number;
  readonly model: { readonly observables: Observables; readonly inputs: Readonly<Record<string, Port>> };
}

/** The same with the nodes of the step. */
interface OutletSite extends SignalSite {
  readonly instance: Instance;
  /** Nodes of "spikes" and of the state variables after the step. */
  readonly nodes: Readonly<Record<string, number>>;
  readonly receptors: readonly {
    readonly receptor: { readonly name: string; readonly model: { readonly observables: Observables } };
    readonly instance: Instance;
    readonly states: Readonly<Record<string, number>>;
  }[];
}

/** Adds the signals of a population to its step kernel. */
export interface SignalCode {
  /** Adds the ports that signals drive to the nodes that are summed for each input symbol. */
  addInlets(sums: Readonly<Record<string, number[]>>, site: SignalSite): void;
  /** Adds the values that signals read. */
  addOutlets(site: OutletSite): void;
}

export const signalCode = ({
  outlets = [],
  inlets = [],
}: {
  readonly outlets?: readonly Outlet[];
  readonly inlets?: readonly string[];
}): SignalCode => ({
  addInlets: (sums, { builder, buffers, path, padded, model }) => {
    for (const port of inlets) {
      const name = inletName(path, port);
      const buffer = buffers.push({ name, type: "float", role: "input", length: padded, initial: 0 }) - 1;
      sums[model.inputs[port]!.into ?? port]!.push(builder.load("float", buffer, "unit"));
    }
  },
  addOutlets: (site) => {
    for (const outlet of outlets) addOutlet(outlet, site);
  },
});

const addOutlet = ({ name, of, kept, gain }: Outlet, site: OutletSite): void => {
  const { builder, buffers, path, padded, nodes, dt } = site;
  const constant = (value: number): number => builder.constant("float", value);
  const read = of === "outSpikes" ? undefined : observed(of, site);
  const initial = read ? startOf(read.expr, read.instance, dt) : 0;
  const length = padded;
  const buffer = buffers.push({ name: outletName(path, name), type: "float", role: "state", length, initial }) - 1;
  const present = builder.load("float", buffer, "unit");
  const stored = (): number => {
    if (!read) {
      // Adding the gain last gives an injected spike the same bits as one of the equations.
      const remaining = kept === 0 ? constant(0) : builder.op("mul", present, constant(kept));
      return builder.op("add", remaining, builder.op("select", nodes["spikes"]!, constant(gain), constant(0)));
    }
    const value = read.instance.lower(builder, { value: read.expr }, read.states)["value"]!;
    if (kept === 0) return value;
    return builder.op("add", present, builder.op("mul", builder.op("sub", value, present), constant(gain)));
  };
  builder.store(buffer, stored(), "unit");
};

/** An observable, and the state variables that it is computed from. */
interface Observed extends Pick<OutletSite["receptors"][number], "instance" | "states"> {
  readonly expr: Expr;
}

const observed = (of: string, { model, instance, nodes, receptors }: OutletSite): Observed => {
  const own = model.observables[of];
  if (own) return { expr: own.expr, instance, states: nodes };
  const end = of.lastIndexOf(".");
  const found = receptors.find(({ receptor }) => receptor.name === of.slice(0, end))!;
  return { ...found, expr: found.receptor.model.observables[of.slice(end + 1)]!.expr };
};

/** Value of an expression of fields and state variables at the start, for all units or for each. */
const startOf = (expr: Expr, { part }: Instance, dt: number): number | Float64Array => {
  const { fields, varying, start, place, state } = part;
  const values: Record<string, number | Float64Array> = { ...fields };
  for (const name of Object.keys(state)) {
    const value = start[name] ?? 0;
    values[name] = typeof value === "number" ? value : Float64Array.from(value);
  }
  return varying?.names(expr) ? varying.first(expr, values) : evaluateFixed(expr, values, { dt, place });
};
