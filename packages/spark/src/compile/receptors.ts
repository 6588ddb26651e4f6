import { type Expr, type Float, walk } from "../expr/expr.ts";
import type { Observable, StateVariable } from "../model/component.ts";
import type { SourceInstance } from "../model/source.ts";
import type { KernelBuilder } from "./builder.ts";
import { type CompileContext, Instance } from "./instance.ts";
import { sourceNode } from "./source.ts";

/** The equations of a synapse model. */
export interface ReceptorModel {
  readonly name: string;
  readonly state: Readonly<Record<string, StateVariable>>;
  readonly next: Readonly<Record<string, Expr>>;
  /** Effect on the soma: a current (pA) or a jump of the potential (mV). */
  readonly output: { readonly port: "current" | "jump"; readonly value: Float };
  readonly observables: Readonly<Record<string, Observable>>;
}

/** A synapse model with its parameter values in one population. All projections with equal synapses share it. */
export interface Receptor {
  /** Unique within the population; part of the names of buffers and of the keys of draws. */
  readonly name: string;
  readonly model: ReceptorModel;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  /** Whether the value of an expression may be set during a simulation. */
  readonly live?: ((expr: Expr) => boolean) | undefined;
  readonly start: Readonly<Record<string, ArrayLike<number>>>;
  readonly seed: number;
  /** The input of the soma that it acts on. */
  readonly port: string;
  /** Whether projections end here. The receptor then has a row of slots. */
  readonly wired: boolean;
  /** Drives that are drawn for each unit and step, in the unit of weights. */
  readonly drives: readonly { readonly name: string; readonly source: SourceInstance }[];
}

/** What the compilation of receptors needs. */
export interface ReceptorSite extends CompileContext {
  readonly builder: KernelBuilder;
  readonly path: string;
  /** Node of the absolute potential before the step, for synapses that act on a port. */
  readonly potential: (port: string) => number;
}

/** Name of the buffer to which delivery adds. */
export const arrivalsName = (path: string, receptor: string): string => `${path}.${receptor}.arrivals`;

/** A receptor in a step kernel: its instance, and the nodes of its output and of its state variables after the step. */
export interface PlacedReceptor {
  readonly receptor: Receptor;
  readonly instance: Instance;
  readonly output: number;
  readonly states: Readonly<Record<string, number>>;
}

/** Adds a receptor to a step kernel. */
export const receptorNode = (receptor: Receptor, site: ReceptorSite): PlacedReceptor => {
  const { builder, padded, buffers } = site;
  const { model, fields, live, start, seed } = receptor;
  const path = `${site.path}.${receptor.name}`;
  const arriving: number[] = [];
  let arrivals: number | undefined;
  if (receptor.wired) {
    const name = arrivalsName(site.path, receptor.name);
    arrivals = buffers.push({ name, type: "float", role: "state", length: padded, initial: 0 }) - 1;
    arriving.push(builder.load("float", arrivals, "unit"));
  }
  for (const { name, source } of receptor.drives) arriving.push(sourceNode(source, `${path}.${name}`, site));
  const instance = new Instance({ path, fields, live, state: model.state, start, seed }, site);
  const sum = arriving.length === 0 ? builder.constant("float", 0) : arriving.reduce((a, b) => builder.op("add", a, b));
  const nodes = instance.lower(
    builder,
    { output: model.output.value, ...Object.fromEntries(Object.entries(model.next).map(([k, e]) => [`next ${k}`, e])) },
    { arriving: sum, ...(usesPotential(model) && { potential: site.potential(receptor.port) }) },
  );
  const states = Object.fromEntries(Object.keys(model.state).map((name) => [name, nodes[`next ${name}`]!]));
  for (const name of Object.keys(states)) builder.store(instance.stateBuffer(name), states[name]!, "unit");
  if (arrivals !== undefined) builder.store(arrivals, builder.constant("float", 0), "unit");
  return { receptor, instance, output: nodes["output"]!, states };
};

const usesPotential = (model: ReceptorModel): boolean => {
  let uses = false;
  walk([model.output.value, ...Object.values(model.next)], ({ op, source, name }) => {
    if (op === "symbol" && source === "input" && name === "potential") uses = true;
  });
  return uses;
};
