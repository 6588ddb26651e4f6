/*
 * The nodes with state, as somas by their equations. NIR has no units: a potential is in mV, an input in pA, and a
 * resistance in GΩ, so that the numbers are those of the file. Times are in s in files and in ms here.
 *
 * NIR defines equations in continuous time and no time step. The input of a step is constant in it, and a spike is an
 * input of 1 for one step, as in all programs that exchange NIR files. The linear equations are then solved exactly. A jump
 * is the sum of the weights of the spikes that arrive, which here is an input rather than a change of the potential.
 */

export type ModelName =
  | "NirI"
  | "NirIF"
  | "NirIFSubtract"
  | "NirLI"
  | "NirLIF"
  | "NirLIFSubtract"
  | "NirCubaLI"
  | "NirCubaLIF"
  | "NirCubaLIFSubtract"
  | "NirThreshold"
  | "NirOutput";

export interface Parameter {
  /** Name in the file and here. */
  readonly name: string;
  /** Value here divided by the value in the file. */
  readonly factor: number;
  /** Value of a file that lacks it; undefined if a file must have it. */
  readonly absent: number | undefined;
}

export interface Model {
  /** Type of the node. */
  readonly type: string;
  readonly equations: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly isSpiking: boolean;
  /** Whether a spike subtracts the threshold. */
  readonly isSubtracting: boolean;
}

const DRIVE = "drive = gain*I + bias + jump/(1 Gohm)";
const INPUTS = "gain = 1; bias = 0 pA";
const THRESHOLD = "v_threshold = 1 mV (threshold)";
const RESET = "v_reset = 0 mV (reset)";

const parameter = (name: string, factor = 1, absent?: number): Parameter => ({ name, factor, absent });
const tau = parameter("tau", 1000);
const r = parameter("r");
const leak = parameter("v_leak");
const threshold = parameter("v_threshold", 1, 1);
const reset = parameter("v_reset", 1, 0);
const cuba = [parameter("tau_syn", 1000), parameter("tau_mem", 1000), r, leak];
const weight = parameter("w_in", 1, 1);

interface Membrane {
  readonly type: string;
  readonly about: string;
  readonly lines: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly values: string;
}

/** Lines that give u, the potential before a reset. */
const membranes = {
  I: {
    type: "I",
    about: "Integrator: dv/dt = r*input.",
    lines: ["u = v + dt*r*drive"],
    parameters: [r],
    values: "r = 1 Gohm/second",
  },
  LI: {
    type: "LI",
    about: "Leaky integrator: tau*dv/dt = v_leak - v + r*input.",
    lines: ["u = relax(v, v_leak + r*drive, tau)"],
    parameters: [tau, r, leak],
    values: "tau = 20 ms (> 0); r = 1 Gohm; v_leak = 0 mV",
  },
  CubaLI: {
    type: "CubaLI",
    about:
      "Leaky integrator with a synaptic current: tau_syn*di/dt = w_in*input - i, tau_mem*dv/dt = v_leak - v + r*i.",
    lines: [
      "next i_syn = target + (i_syn - target)*exp(-dt/tau_syn) : pA",
      "target = w_in*drive",
      // The response to the part of the current that decays, also for equal time constants.
      "response = dt/tau_mem*exp(-dt/max(tau_mem, tau_syn))*exprel(-abs(dt/tau_mem - dt/tau_syn))",
      "u = relax(v, v_leak + r*target, tau_mem) + r*(i_syn - target)*response",
      "start: i_syn = 0 pA",
    ],
    parameters: [...cuba, weight],
    values: "tau_syn = 5 ms (> 0); tau_mem = 20 ms (> 0); r = 1 Gohm; v_leak = 0 mV; w_in = 1",
  },
} as const satisfies Readonly<Record<string, Membrane>>;

const graded = ({ type, about, lines, parameters, values }: Membrane): Model => ({
  type,
  equations: [
    `# ${about} NIR ${type}.`,
    "next v = u : mV",
    "next spikes = u > u",
    DRIVE,
    ...lines,
    "start: v = 0 mV",
    values,
    INPUTS,
  ],
  parameters,
  isSpiking: false,
  isSubtracting: false,
});

const spiking = (type: string, { about, lines, parameters, values }: Membrane, isSubtracting: boolean): Model => ({
  type,
  equations: [
    `# ${about.replace(/ntegrator/, "ntegrate-and-fire neuron")} NIR ${type}.`,
    `next v = select(fires, ${isSubtracting ? "u - v_threshold" : "v_reset"}, u) : mV`,
    "next spikes = fires",
    DRIVE,
    ...lines,
    "fires = u > v_threshold",
    "start: v = 0 mV",
    values,
    isSubtracting ? THRESHOLD : `${THRESHOLD}; ${RESET}`,
    INPUTS,
  ],
  parameters: isSubtracting ? [...parameters, threshold] : [...parameters, threshold, reset],
  isSpiking: true,
  isSubtracting,
});

export const models: Readonly<Record<ModelName, Model>> = {
  NirI: graded(membranes.I),
  NirIF: spiking("IF", membranes.I, false),
  NirIFSubtract: spiking("IF", membranes.I, true),
  NirLI: graded(membranes.LI),
  NirLIF: spiking("LIF", membranes.LI, false),
  NirLIFSubtract: spiking("LIF", membranes.LI, true),
  NirCubaLI: graded(membranes.CubaLI),
  NirCubaLIF: spiking("CubaLIF", membranes.CubaLI, false),
  NirCubaLIFSubtract: spiking("CubaLIF", membranes.CubaLI, true),
  NirThreshold: {
    type: "Threshold",
    equations: [
      "# Spikes while its input is above a threshold. NIR Threshold.",
      "next v = u : mV",
      "next spikes = u > threshold",
      DRIVE,
      "u = drive*(1 Gohm)",
      "start: v = 0 mV",
      "threshold = 1 mV (threshold)",
      INPUTS,
    ],
    parameters: [parameter("threshold")],
    isSpiking: true,
    isSubtracting: false,
  },
  NirOutput: {
    type: "Output",
    equations: [
      "# Holds its input. NIR Output.",
      "next v = drive*(1 Gohm) : mV",
      "next spikes = v > v",
      DRIVE,
      "start: v = 0 mV",
      INPUTS,
    ],
    parameters: [],
    isSpiking: false,
    isSubtracting: false,
  },
};

/** The model of a node with state; undefined for other types. */
export const modelFor = (type: string, reset: "value" | "subtract"): ModelName | undefined => {
  if (type === "Output") return undefined;
  const found = Object.entries(models).find(
    ([, model]) => model.type === type && model.isSubtracting === (reset === "subtract" && canSubtract(type)),
  );
  return found?.[0] as ModelName | undefined;
};

const canSubtract = (type: string): boolean => ["IF", "LIF", "CubaLIF"].includes(type);
