/*
 * Cells and synapses by the equations of their ComponentTypes in NeuroML2CoreTypes (Cells.xml, Synapses.xml, PyNN.xml), in
 * SI units. Nothing here is shared with the import, which the drift check compares with it.
 */

/** Parameters of a component by the names of NeuroML, in SI units. */
export type Parameters = Readonly<Record<string, number>>;

/** A cell. The first state variable is the potential. */
export interface CellEquations {
  readonly start: (p: Parameters) => readonly number[];
  /** Writes the derivatives of the state variables of a cell outside of its refractory period. */
  readonly rates: (p: Parameters, y: Float64Array, current: number, out: Float64Array) => void;
  /** The potential above which it spikes. */
  readonly peak: string;
  readonly spike: (p: Parameters, y: Float64Array) => void;
  /** Whether it has a refractory period, during which the potential is constant. */
  readonly isRefractory: boolean;
}

export interface SynapseEquations {
  readonly states: number;
  /** The current into a cell of a potential. `at`: index of the first state variable. */
  readonly current: (p: Parameters, y: Float64Array, at: number, potential: number) => number;
  readonly rates: (p: Parameters, y: Float64Array, at: number, out: Float64Array) => void;
  readonly receive: (p: Parameters, y: Float64Array, at: number, weight: number) => void;
}

const leaky = {
  start: (p: Parameters) => [p["leakReversal"]!],
  rates: (p: Parameters, y: Float64Array, current: number, out: Float64Array) => {
    out[0] = (p["leakConductance"]! * (p["leakReversal"]! - y[0]!) + current) / p["C"]!;
  },
  peak: "thresh",
  spike: (p: Parameters, y: Float64Array) => {
    y[0] = p["reset"]!;
  },
};

const relaxing = {
  ...leaky,
  rates: (p: Parameters, y: Float64Array, _: number, out: Float64Array) => {
    out[0] = (p["leakReversal"]! - y[0]!) / p["tau"]!;
  },
};

/** 1 ms or 1 mV. */
const MILLI = 1e-3;

export const cellEquations: Readonly<Record<string, CellEquations>> = {
  iafCell: { ...leaky, isRefractory: false },
  iafRefCell: { ...leaky, isRefractory: true },
  iafTauCell: { ...relaxing, isRefractory: false },
  iafTauRefCell: { ...relaxing, isRefractory: true },
  // Its current is a number: 1 is a drift of 1 mV/ms.
  izhikevichCell: {
    start: (p) => [p["v0"]!, (p["v0"]! * p["b"]!) / MILLI],
    rates(p, y, current, out) {
      const v = Math.min(y[0]!, p["thresh"]!);
      out[0] = ((0.04 * v * v) / MILLI + 5 * v + (140 - y[1]! + current) * MILLI) / MILLI;
      out[1] = (p["a"]! * ((p["b"]! * v) / MILLI - y[1]!)) / MILLI;
    },
    peak: "thresh",
    spike(p, y) {
      y[0] = p["c"]! * MILLI;
      y[1]! += p["d"]!;
    },
    isRefractory: false,
  },
  adExIaFCell: {
    start: (p) => [p["EL"]!, 0],
    rates(p, y, current, out) {
      const [EL, gL, delT, a] = [p["EL"]!, p["gL"]!, p["delT"]!, p["a"]!];
      // The step in which the threshold is crossed ends with a reset, and the upstroke must not overflow in it.
      const v = Math.min(y[0]!, p["thresh"]!);
      out[0] = (-gL * (v - EL) + gL * delT * Math.exp((v - p["VT"]!) / delT) - y[1]! + current) / p["C"]!;
      out[1] = (a * (v - EL) - y[1]!) / p["tauw"]!;
    },
    peak: "thresh",
    spike(p, y) {
      y[0] = p["reset"]!;
      y[1]! += p["b"]!;
    },
    isRefractory: true,
  },
  izhikevich2007Cell: {
    start: (p) => [p["v0"]!, 0],
    rates(p, y, current, out) {
      const v = Math.min(y[0]!, p["vpeak"]!);
      out[0] = (p["k"]! * (v - p["vr"]!) * (v - p["vt"]!) + current - y[1]!) / p["C"]!;
      out[1] = p["a"]! * (p["b"]! * (v - p["vr"]!) - y[1]!);
    },
    peak: "vpeak",
    spike(p, y) {
      y[0] = p["c"]!;
      y[1]! += p["d"]!;
    },
    isRefractory: false,
  },
};

/** A conductance or a current that decays. `unit`: of a weight. */
const decaying = (tau: (p: Parameters) => number, unit: (p: Parameters) => number) => ({
  states: 1,
  rates: (p: Parameters, y: Float64Array, at: number, out: Float64Array) => {
    out[at] = -y[at]! / tau(p);
  },
  receive: (p: Parameters, y: Float64Array, at: number, weight: number) => {
    y[at]! += weight * unit(p);
  },
});

/** An alpha function. */
const rising = (unit: (p: Parameters) => number) => ({
  states: 2,
  rates: (p: Parameters, y: Float64Array, at: number, out: Float64Array) => {
    out[at] = (Math.E * y[at + 1]! - y[at]!) / p["tau"]!;
    out[at + 1] = -y[at + 1]! / p["tau"]!;
  },
  receive: (p: Parameters, y: Float64Array, at: number, weight: number) => {
    y[at + 1]! += weight * unit(p);
  },
});

const ofCurrent: SynapseEquations["current"] = (_, y, at) => y[at]!;
const ofConductance: SynapseEquations["current"] = (p, y, at, v) => y[at]! * (p["erev"]! - v);

export const synapseEquations: Readonly<Record<string, SynapseEquations>> = {
  // The component of PyNN has numbers in ms and nA.
  expCurrSynapse: {
    ...decaying(
      (p) => p["tau_syn"]! * 1e-3,
      () => 1e-9,
    ),
    current: ofCurrent,
  },
  alphaCurrentSynapse: { ...rising((p) => p["ibase"]!), current: ofCurrent },
  expOneSynapse: {
    ...decaying(
      (p) => p["tauDecay"]!,
      (p) => p["gbase"]!,
    ),
    current: ofConductance,
  },
  alphaSynapse: { ...rising((p) => p["gbase"]!), current: ofConductance },
  expTwoSynapse: {
    states: 2,
    current: (p, y, at, v) => p["gbase"]! * (y[at + 1]! - y[at]!) * (p["erev"]! - v),
    rates(p, y, at, out) {
      out[at] = -y[at]! / p["tauRise"]!;
      out[at + 1] = -y[at + 1]! / p["tauDecay"]!;
    },
    receive(p, y, at, weight) {
      const [rise, decay] = [p["tauRise"]!, p["tauDecay"]!];
      const peak = (Math.log(decay / rise) * rise * decay) / (decay - rise);
      const factor = 1 / (Math.exp(-peak / decay) - Math.exp(-peak / rise));
      y[at]! += weight * factor;
      y[at + 1]! += weight * factor;
    },
  },
};
