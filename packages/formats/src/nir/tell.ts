import type { Reporter } from "../report.ts";
import type { NirNode } from "./graph.ts";
import type { Lowered } from "./lower.ts";
import { isMap } from "./maps.ts";
import { models } from "./models.ts";
import type { Part } from "./plan.ts";
import { round } from "./values.ts";

/* The entries of the report for the time step and for each node. */

export const tellStep = (dt: number | undefined, standard: number, report: Reporter): void => {
  const effect = "A spike is an input of 1 for one step, so its effect depends on the step.";
  if (dt !== undefined) report.faithful("dt", "time step", `${dt} ms`, effect);
  else {
    const difference = `Files contain no time step. ${effect} Give the step of the program that wrote the file: dt, or --dt.`;
    report.approximate("dt", "time step", `${standard} ms`, difference);
  }
};

export const tellNode = (node: NirNode, lowered: Lowered, report: Reporter): void => {
  const { plan, populations, direct } = lowered;
  const { path, type, others } = node;
  if (plan.idle.includes(node)) return;
  const part = plan.parts.get(path);
  const notes = others.length > 0 ? [`${others.join(", ")}: left out, because it has no effect on the dynamics.`] : [];
  const targets = direct.get(path);
  if (!part) {
    if (isMap(node)) tellMap(node, notes, lowered, report);
  } else if (targets) {
    const ports = [...targets.keys()].map((target) => `inputs.${populations.get(target)!.name}`).join(", ");
    notes.push("Files contain no inputs. Give spikes as inSpikes, or values as current.");
    report.faithful(path, type, ports, notes.join(" "));
  } else if (!populations.has(path)) {
    const [source] = part.flow.terms.keys();
    const shape = node.numbers["shape"]?.data;
    const declared = shape && Array.from(shape).reduce((product, length) => product * length, 1);
    if (declared !== undefined && declared !== part.size) {
      notes.push(`The file declares ${declared} values; it receives ${part.size}.`);
    }
    report.faithful(path, type, `record of ${populations.get(source!)?.name ?? source}`, noteOf(notes));
  } else tellPopulation(part, notes, lowered, report);
};

const noteOf = (notes: readonly string[]): string | undefined => (notes.length > 0 ? notes.join(" ") : undefined);

const isActive = (value: number): boolean => value !== 0;

const tellPopulation = ({ node, flow: { bias } }: Part, notes: string[], lowered: Lowered, report: Reporter): void => {
  const { path, type } = node;
  const { dt, reset } = lowered;
  const { name, level, model } = lowered.populations.get(path)!;
  if (type === "Input") notes.push("Files contain no inputs. Give its spikes in inputs.");
  if (level > 0) {
    const steps = `${level} ${level === 1 ? "step" : "steps"} (${round(level * dt)} ms)`;
    notes.push(`Its values come ${steps} later, because each projection takes at least one step.`);
  }
  if (
    level > 0 &&
    (bias?.some(isActive) || (node.numbers["v_leak"] && Array.from(node.numbers["v_leak"].data).some(isActive)))
  ) {
    notes.push("Its leak and bias act from the first step on, before its first input.");
  }
  let difference = "";
  for (const { name: parameter, absent } of model ? models[model].parameters : []) {
    if (parameter in node.numbers) continue;
    // Python's nir has no value for a threshold.
    if (parameter === "v_threshold") difference = "v_threshold is absent. It is 1, which the file does not say. ";
    else notes.push(`${parameter} is absent: ${absent}, as in Python's nir.`);
  }
  if (reset === "subtract" && model && models[model].isSubtracting) {
    difference += "A spike subtracts the threshold, as the options say. In NIR it sets the potential to v_reset.";
  }
  const result = `population ${name}`;
  if (difference === "") report.faithful(path, type, result, noteOf(notes));
  else report.approximate(path, type, result, [difference.trim(), ...notes].join(" "));
};

/** A node without state becomes part of synapses. */
const tellMap = (
  { path, type }: NirNode,
  notes: readonly string[],
  { plan, populations }: Lowered,
  report: Reporter,
): void => {
  const targets = [...(plan.uses.get(path) ?? [])].map((target) => populations.get(target)?.name ?? target);
  if (targets.length === 0) {
    report.unsupported(path, type, "Nothing receives its values. Connect it, or remove it.");
  } else report.faithful(path, type, `weights of ${targets.join(", ")}`, noteOf(notes));
};
