import type { FlatPopulation, FlatReceptor, PerUnit } from "../network.ts";
import { numberText, pythonName } from "../script/script.ts";

/* Equations of Brian2 for populations and their receptors. They give the steps of this library exactly. */

/** A parameter of a group: its name in the script, its unit there, and its values. */
export interface Parameter {
  readonly name: string;
  readonly unit: "mV" | "ms" | "pA" | "pF" | "nS" | "Gohm" | "nS/mV" | "1/ms" | "mV/ms";
  readonly value: PerUnit;
  readonly about: string;
}

/** A population as the parts of a NeuronGroup. */
export interface Equations {
  readonly lines: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly threshold: string;
  readonly reset: string;
  readonly refractory: string | undefined;
  /** Operations after the integration of a step, before the threshold test. */
  readonly after: readonly string[];
  /** How Brian2 integrates a step. Default "exact". */
  readonly method?: "exact" | "euler";
  /** Operations at the end of a step. */
  readonly last?: readonly string[];
  /** Start values of variables other than the potential, as texts of Brian2. */
  readonly starts?: Readonly<Record<string, string>>;
}

/** Unit of Brian2 of a dimension. */
const dimension: Readonly<Record<Parameter["unit"], string>> = {
  mV: "volt",
  ms: "second",
  pA: "amp",
  nS: "siemens",
  pF: "farad",
  Gohm: "ohm",
  "nS/mV": "siemens/volt",
  "1/ms": "hertz",
  "mV/ms": "volt/second",
};

export const declared = ({ name, unit }: Parameter): string => `${name} : ${dimension[unit]} (constant)`;

const leaky: Readonly<Record<string, "held" | "gated" | undefined>> = {
  LeakySoma: undefined,
  RefractoryLeakySoma: "gated",
  StrictRefractoryLeakySoma: "held",
  AdaptiveLeakySoma: "gated",
};

export const leakyNames: readonly string[] = Object.keys(leaky);

const plus = (value: PerUnit, added: number): PerUnit =>
  typeof value === "number" ? value + added : value.map((one) => one + added);

/** The group of a leaky soma. `current` is an expression of the input current, if there is one. */
export const leakyEquations = (
  { model, fields, receptors }: FlatPopulation,
  current: string | undefined,
  dt: number,
): Equations => {
  const refractory = leaky[model];
  const isAdaptive = model === "AdaptiveLeakySoma";
  const parts = receptors.map((receptor) => receptorOf(receptor, dt));
  const currents = [...(current === undefined ? [] : [current]), ...parts.flatMap(({ current: one }) => one ?? [])];
  const jumps = parts.flatMap(({ jump }) => jump ?? []);
  const parameter = (name: string, unit: Parameter["unit"], key: string, about: string): Parameter => ({
    name,
    unit,
    value: fields[key]!,
    about,
  });
  // A spike is possible when the counter of steps reaches the cooldown, or exceeds it for gated somas.
  const pause = refractory && plus(fields["cooldown"]!, refractory === "held" ? dt : 2 * dt);
  return {
    lines: [
      `dv/dt = (v_rest - v + resistance*${refractory === "gated" ? "ready*" : ""}I)/tau_m : volt${refractory === "held" ? " (unless refractory)" : ""}`,
      // The current of a step is constant, so that it is exact together with the membrane.
      `I = ${currents.join(" + ") || "0*amp"} : amp (constant over dt)`,
      ...(refractory === "gated"
        ? ["ready = int(timestep(t - lastspike, dt) >= timestep(refractory_period, dt)) : 1 (constant over dt)"]
        : []),
      ...(isAdaptive
        ? [
            "dtheta/dt = -theta/tau_theta : volt  # shift of the threshold",
            "theta_before = theta : volt (constant over dt)",
          ]
        : []),
      ...parts.flatMap(({ lines }) => lines),
    ],
    parameters: [
      parameter("v_rest", "mV", "potentialRest", "resting potential"),
      parameter("v_reset", "mV", "potentialReset", "potential after a spike"),
      parameter("v_threshold", "mV", "threshold", "threshold"),
      parameter("tau_m", "ms", "potentialTau", "membrane time constant"),
      parameter("resistance", "Gohm", "resistance", "membrane resistance"),
      ...(pause === undefined
        ? []
        : [{ name: "refractory_period", unit: "ms", value: pause, about: "shortest interval of spikes" } as const]),
      ...(isAdaptive
        ? [
            parameter("tau_theta", "ms", "thresholdTau", "time constant of the threshold"),
            parameter("theta_step", "mV", "thresholdDelta", "rise of the threshold at a spike"),
          ]
        : []),
      ...parts.flatMap(({ parameters }) => parameters),
    ],
    threshold: isAdaptive ? "v > v_threshold + theta_before" : "v > v_threshold",
    reset: isAdaptive ? "v = v_reset; theta += theta_step" : "v = v_reset",
    refractory: pause === undefined ? undefined : "refractory_period",
    after: [
      ...jumps.map((jump) => (pause === undefined ? `v += ${jump}` : `v += ${jump}*int(not_refractory)`)),
      ...parts.flatMap(({ cleared }) => cleared ?? []),
    ],
  };
};

/** A receptor as parts of a group. */
export interface ReceptorParts {
  readonly lines: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Expression of its current. */
  readonly current?: string;
  /** Variable of the jump of the potential. */
  readonly jump?: string;
  /** Resets of variables that last for one step. */
  readonly cleared?: readonly string[];
  /** Variables to which a spike adds its weight, each with a factor. */
  readonly targets: readonly (readonly [variable: string, factor: string])[];
  /** Steps by which a spike must arrive earlier than its delay, because it acts in the step of its arrival. */
  readonly early: 0 | 1;
}

/** The variables of a receptor without differential equations, for groups that Brian2 integrates by Euler's method. */
export interface SteppedParts {
  readonly lines: readonly string[];
  /** Exact decays of a step. */
  readonly decays: readonly string[];
}

/** @param parts of the same receptor */
export const stepped = ({ name, model }: FlatReceptor, { lines }: ReceptorParts): SteppedParts => {
  const own = pythonName(name.replaceAll(".", "_"));
  const variables = lines.map((line) => {
    const [, variable, unit] = /^d(\w+)\/dt = .* : (\w+)$/.exec(line) ?? [];
    return { variable, line: variable === undefined ? line : `${variable} : ${unit}` };
  });
  const decay = (variable: string, suffix = ""): string => `${variable} *= exp(-dt/tau_${own}${suffix})`;
  const names = variables.flatMap(({ variable }) => variable ?? []);
  const [first = "", second = ""] = names;
  const decays = model.endsWith("AlphaSynapse")
    ? [`${first} = (${first} + ${second}*dt/tau_${own})*exp(-dt/tau_${own})`, decay(second)]
    : model === "RiseDecaySynapse"
      ? [decay(first, "_decay"), decay(second, "_rise")]
      : names.map((one) => decay(one));
  return { lines: variables.map(({ line }) => line), decays };
};

const factorOf = (tau: number, dt: number): number => (-tau / dt) * Math.expm1(-dt / tau);

const times = (factor: number, term: string): string => (factor === 1 ? term : `${numberText(factor)}*${term}`);

export const receptorNames = [
  "ExponentialSynapse",
  "AlphaSynapse",
  "RiseDecaySynapse",
  "LinearSynapse",
  "DeltaSynapse",
  "ConductanceExponentialSynapse",
  "ConductanceAlphaSynapse",
];

/** Whether a receptor can be exported: a known model with one number for each parameter. */
export const isKnownReceptor = ({ model, fields }: FlatReceptor): boolean =>
  receptorNames.includes(model) && Object.values(fields).every((value) => typeof value === "number");

export const receptorOf = ({ name, model, fields, currentOf }: FlatReceptor, dt: number): ReceptorParts => {
  const own = pythonName(name.replaceAll(".", "_"));
  const number = (key: string): number => fields[key] as number;
  const isMean = currentOf === "mean";
  const time = (suffix: string, key: string, about: string): Parameter => ({
    name: `tau_${own}${suffix}`,
    unit: "ms",
    value: number(key),
    about,
  });
  const mean = (tau: number): number => (isMean ? factorOf(tau, dt) : 1);
  const isConductance = model.startsWith("Conductance");
  const [letter, unit] = isConductance ? ["g", "siemens"] : ["I", "amp"];
  const trace = `${letter}_${own}`;
  const reversal: Parameter = {
    name: `E_${own}`,
    unit: "mV",
    value: fields["potentialReversal"] ?? 0,
    about: `reversal potential of ${name}`,
  };
  const flow = (conductance: string): string => (isConductance ? `(${conductance})*(E_${own} - v)` : conductance);
  const extra = isConductance ? [reversal] : [];
  if (model === "DeltaSynapse") {
    return {
      lines: [`jump_${own} : volt`],
      parameters: [],
      jump: `jump_${own}`,
      cleared: [`jump_${own} = 0*mV`],
      targets: [[`jump_${own}`, ""]],
      early: 1,
    };
  }
  if (model === "LinearSynapse") {
    return {
      lines: [`${trace} : amp`],
      parameters: [],
      current: trace,
      cleared: [`${trace} = 0*pA`],
      targets: [[trace, ""]],
      early: 1,
    };
  }
  if (model === "RiseDecaySynapse") {
    const [rise, decay] = [number("riseTau"), number("decayTau")];
    const combined = (rise * decay) / (rise + decay);
    return {
      lines: [
        `dfalling_${own}/dt = -falling_${own}/tau_${own}_decay : amp`,
        `drising_${own}/dt = -rising_${own}/tau_${own}_rise : amp`,
      ],
      parameters: [
        time("_decay", "decayTau", `decay of ${name}`),
        { name: `tau_${own}_rise`, unit: "ms", value: combined, about: `rise of ${name}, together with its decay` },
      ],
      current: `${times(mean(decay), `falling_${own}`)} - ${times(mean(combined), `rising_${own}`)}`,
      targets: [
        [`falling_${own}`, ""],
        [`rising_${own}`, ""],
      ],
      early: 0,
    };
  }
  const tau = number("tau");
  if (model.endsWith("AlphaSynapse")) {
    // The mean of (t/tau)·exp(−t/tau) over a step is the mean of exp(−t/tau) minus its last value.
    const ramp = factorOf(tau, dt) - Math.exp(-dt / tau);
    const value = isMean ? `${times(factorOf(tau, dt), trace)} + ${numberText(ramp)}*drive_${own}` : trace;
    return {
      lines: [
        `d${trace}/dt = (drive_${own} - ${trace})/tau_${own} : ${unit}`,
        `ddrive_${own}/dt = -drive_${own}/tau_${own} : ${unit}`,
      ],
      parameters: [time("", "tau", `time to the peak of ${name}`), ...extra],
      current: flow(value),
      targets: [[`drive_${own}`, "e*"]],
      early: 0,
    };
  }
  return {
    lines: [`d${trace}/dt = -${trace}/tau_${own} : ${unit}`],
    parameters: [time("", "tau", `decay of ${name}`), ...extra],
    current: flow(times(mean(tau), trace)),
    targets: [[trace, ""]],
    early: 0,
  };
};
