import type { FlatNetwork, FlatPopulation, PerUnit } from "../network.ts";
import type { Reporter } from "../report.ts";
import { float32, type Json, parameterJson, snakeCase } from "./json.ts";

/* Somas as configurations of Python Spark 1.2. */

interface Target {
  readonly type: string;
  /** Parameters that have another name or value there. */
  readonly changed?: (
    fields: Readonly<Record<string, PerUnit>>,
    dt: number,
  ) => Readonly<Record<string, PerUnit | null>>;
  /** A sentence if the parameters have no equal there. */
  readonly refuse?: (fields: Readonly<Record<string, PerUnit>>) => string | undefined;
}

const plus = (value: PerUnit, added: number): PerUnit =>
  typeof value === "number" ? value + added : value.map((one) => one + added);

/** A cooldown here counts one step more, because a spike is possible when the counter exceeds it. */
const longerCooldown: Target["changed"] = ({ cooldown }, dt) => ({ cooldown: plus(cooldown!, dt) });

/** A mechanism is off while its parameter is 0 here, and None there. */
const switches: Target["changed"] = (fields) => {
  const off = ["cooldown", "clampDuration", "thresholdDelta", "adaptationDelta"].filter((key) => fields[key] === 0);
  // Without the jump of the current, its coupling to the potential must stay.
  const kept = fields["adaptationSubthreshold"] === 0 ? off : off.filter((key) => key !== "adaptationDelta");
  return Object.fromEntries(kept.map((key) => [key, null]));
};

const izhikevich: Target["refuse"] = ({ driftSlope, driftOffset }) =>
  driftSlope === 5 && driftOffset === 140
    ? undefined
    : "Python Spark has driftSlope 5 and driftOffset 140. Use these values.";
const withoutDrift: Target["changed"] = () => ({ driftSlope: Number.NaN, driftOffset: Number.NaN });

const targets: Readonly<Record<string, Target>> = {
  LeakySoma: { type: "leaky_soma" },
  RefractoryLeakySoma: { type: "adaptive_leaky_soma", changed: longerCooldown },
  StrictRefractoryLeakySoma: { type: "adaptive_leaky_soma", changed: ({ cooldown }) => ({ clampDuration: cooldown! }) },
  AdaptiveLeakySoma: { type: "adaptive_leaky_soma", changed: longerCooldown },
  DoublyAdaptiveLeakySoma: { type: "adaptive_leaky_soma", changed: switches },
  ExponentialSoma: { type: "exponential_soma" },
  RefractoryExponentialSoma: { type: "adaptive_exponential_soma", changed: longerCooldown },
  SimplifiedAdaptiveExponentialSoma: { type: "adaptive_exponential_soma", changed: longerCooldown },
  AdaptiveExponentialSoma: {
    type: "adaptive_exponential_soma",
    changed: () => ({ cooldown: null }),
    refuse: ({ cooldown }) =>
      cooldown === 0 ? undefined : "Its cooldown has no equal there. Use DoublyAdaptiveExponentialSoma.",
  },
  DoublyAdaptiveExponentialSoma: { type: "adaptive_exponential_soma", changed: switches },
  IzhikevichSoma: { type: "izhikevich_soma", changed: withoutDrift, refuse: izhikevich },
  AdaptiveIzhikevichSoma: {
    type: "adaptive_izhikevich_soma",
    changed: (fields, dt) => ({ ...switches(fields, dt), ...withoutDrift(fields, dt) }),
    refuse: izhikevich,
  },
};

export interface ExportedSoma {
  readonly type: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** The configuration of a soma; undefined, with an entry in the report, if Python Spark has no such soma. */
export const exportSoma = (
  { model, fields, shape }: FlatPopulation,
  path: string,
  { seed, dt }: FlatNetwork,
  report: Reporter,
): ExportedSoma | undefined => {
  const target = Object.hasOwn(targets, model) ? targets[model] : undefined;
  const refusal = target?.refuse?.(fields);
  if (!target || refusal !== undefined) {
    report.unsupported(
      path,
      model,
      refusal ?? `Python Spark 1.2 has no such soma. Use one of ${Object.keys(targets).join(", ")}.`,
    );
    return undefined;
  }
  report.faithful(path, model, target.type);
  const all: Readonly<Record<string, PerUnit | null>> = { ...fields, ...target.changed?.(fields, dt) };
  const own = Object.entries(all)
    .filter(([, value]) => !Number.isNaN(value))
    .map(([key, value]) => [snakeCase(key), value === null ? null : parameterJson(value, shape)] as const);
  return { type: target.type, fields: { seed, dtype: float32, dt, ...Object.fromEntries(own) } };
};
