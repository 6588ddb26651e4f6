import { type Expr, type Float, walk } from "../expr/expr.ts";
import type { Observable, StateVariable } from "../model/component.ts";
import type { SourceInstance } from "../model/source.ts";
import type { KernelBuilder } from "./builder.ts";
import { type Ground, Instance } from "./instance.ts";
import { sourceNode } from "./source.ts";

/** What compile needs to know of a synapse model: its equations. */
export interface ReceptorModel {
  readonly name: string;
  readonly state: Readonly<Record<string, StateVariable>>;
  readonly next: Readonly<Record<string, Expr>>;
  /** What it does to the soma: a current (pA) or a jump of the potential (mV). */
  readonly output: { readonly port: "current" | "jump"; readonly value: Float };
  readonly observables: Readonly<Record<string, Observable>>;
}

/** A synapse model with its values at one population: what all projections with equal synapses share. */
export interface Receptor {
  /** Unique within the population; part of the names of buffers and of the keys of draws. */
  readonly name: string;
  readonly model: ReceptorModel;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  readonly start: Readonly<Record<string, ArrayLike<number>>>;
  readonly seed: number;
  /** The soma's input that it acts on. */
  readonly port: string;
  /** Whether projections end here, so that it has a row of slots. */
  readonly wired: boolean;
  /** What is drawn for each unit and step, in the unit of weights. */
  readonly drives: readonly { readonly name: string; readonly source: SourceInstance }[];
}

/** Where receptors are compiled into. */
export interface ReceptorSite extends Ground {
  readonly builder: KernelBuilder;
  readonly path: string;
  /** Node of the absolute potential, before the step, that synapses on a port see. */
  readonly potential: (port: string) => number;
}

/** Name of the buffer that delivery adds to. */
export const arrivalsName = (path: string, receptor: string): string => `${path}.${receptor}.arrivals`;

/** Puts a receptor into a step kernel. Gives its instance, for records, and the node of its output. */
export const receptorNode = (receptor: Receptor, site: ReceptorSite): { instance: Instance; output: number } => {
  const { builder, padded, buffers } = site;
  const { model, fields, start, seed } = receptor;
  const path = `${site.path}.${receptor.name}`;
  const arriving: number[] = [];
  let arrivals: number | undefined;
  if (receptor.wired) {
    const name = arrivalsName(site.path, receptor.name);
    arrivals = buffers.push({ name, type: "float", role: "state", length: padded, initial: 0 }) - 1;
    arriving.push(builder.load("float", arrivals, "unit"));
  }
  for (const { name, source } of receptor.drives) arriving.push(sourceNode(source, `${path}.${name}`, site));
  const instance = new Instance({ path, fields, state: model.state, start, seed }, site);
  const sum = arriving.length === 0 ? builder.constant("float", 0) : arriving.reduce((a, b) => builder.op("add", a, b));
  const nodes = instance.lower(
    builder,
    { output: model.output.value, ...Object.fromEntries(Object.entries(model.next).map(([k, e]) => [`next ${k}`, e])) },
    { arriving: sum, ...(usesPotential(model) && { potential: site.potential(receptor.port) }) },
  );
  for (const name of Object.keys(model.state))
    builder.store(instance.stateBuffer(name), nodes[`next ${name}`]!, "unit");
  if (arrivals !== undefined) builder.store(arrivals, builder.constant("float", 0), "unit");
  return { instance, output: nodes["output"]! };
};

const usesPotential = (model: ReceptorModel): boolean => {
  let uses = false;
  walk([model.output.value, ...Object.values(model.next)], ({ op, source, name }) => {
    if (op === "symbol" && source === "input" && name === "potential") uses = true;
  });
  return uses;
};
