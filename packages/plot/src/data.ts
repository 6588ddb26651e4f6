/** A list of numbers: an ordinary array or a typed array. */
export type Numbers = ArrayLike<number>;

/** The two looks of a figure. */
export type ThemeName = "light" | "dark";

/** Options that every figure takes. */
export interface FigureOptions {
  /** Width of the SVG, px: whole, 400 to 8000; 1000 when left out. */
  readonly width?: number;
  /** Height of the SVG, px: whole, 250 to 8000; 500 when left out. */
  readonly height?: number;
  /** Colours for a white or for a dark page; "light" when left out. */
  readonly theme?: ThemeName;
  /** Heading; no heading when left out. Wrapped where it is wider than the figure. */
  readonly title?: string;
}

/** One unit of a trace figure. */
export interface TraceUnit {
  /** Name beside the panel, for example "unit 3". */
  readonly label?: string;
  /** Membrane potential, mV, one value a time. */
  readonly potential: Numbers;
  /** Spike times, ms, ascending. */
  readonly spikes?: Numbers;
  /** Threshold, mV: a number, or one value a time for a threshold that adapts. */
  readonly threshold?: number | Numbers;
  /** Potential after a spike, mV. */
  readonly reset?: number;
  /** Length of the refractory period after each spike, ms, at least 0; it is shaded. Needs `spikes`. */
  readonly refractory?: number;
}

/** Data of a trace figure. */
export interface TraceData {
  /** Sample times, ms, ascending, two or more. */
  readonly time: Numbers;
  /** 1 to 6 units, one panel each, from the top. */
  readonly units: readonly TraceUnit[];
  /** Input current, pA, one value a time: a panel of its own under the traces. */
  readonly current?: Numbers;
}

/** A read-out over time. */
export interface ReadoutCurves {
  /** Its name. */
  readonly label: string;
  /** Unit of its values, such as "Hz"; "" for none. */
  readonly unit: string;
  /** Sample times, ms, ascending, two or more. */
  readonly time: Numbers;
  /** 1 to 7 curves, each with a name beside the panel and one value a time. */
  readonly curves: readonly { readonly label: string; readonly values: Numbers }[];
}

/** Data of a figure of read-outs. */
export interface ReadoutData {
  /** 1 to 6, one panel each, from the top. */
  readonly readouts: readonly ReadoutCurves[];
}

/** A run of neighbouring units that share a colour and a rate curve. */
export interface RasterGroup {
  /** Name beside the rows, for example "excitatory". */
  readonly label: string;
  /** First unit. */
  readonly from: number;
  /** One past the last unit. */
  readonly to: number;
}

/** Data of a raster figure. */
export interface RasterData {
  /** Time of each spike, ms, in any order. */
  readonly times: Numbers;
  /** Unit of each spike, from 0, in the order of `times`. */
  readonly units: Numbers;
  /** How many units there are, silent ones included. */
  readonly unitCount: number;
  /** Start of the window, ms; 0 when left out. Spikes before it are not drawn and not counted. */
  readonly from?: number;
  /** End of the window, ms, itself included. */
  readonly to: number;
  /** Width of a bin of the population rate, ms; a round width near a hundredth of the window when left out. */
  readonly bin?: number;
  /** At most 7 groups that share no unit. Units of no group keep a neutral colour and count in no rate. */
  readonly groups?: readonly RasterGroup[];
}

/** One population of a network figure. */
export interface NetworkPopulation {
  /** Name beside its rows, for example "L2/3E". */
  readonly label: string;
  /** Time of each spike, ms, in any order. */
  readonly times: Numbers;
  /** Unit of each spike, from 0, in the order of `times`. */
  readonly units: Numbers;
  /** How many units there are, silent ones included. */
  readonly unitCount: number;
  /** Place in the palette, 0 to 7; in the order of the populations when left out, and from 0 again after 7. */
  readonly color?: number;
}

/** A number for each population, drawn as bars: its rate, CV or synchrony. */
export interface NetworkBars {
  /** What the numbers are, with their unit: "Rate (Hz)". */
  readonly title: string;
  /** One number a population, at least 0; NaN where it is undefined. */
  readonly values: Numbers;
}

/** Data of a network figure. */
export interface NetworkData {
  /** 1 to 16 populations, the first on top. */
  readonly populations: readonly NetworkPopulation[];
  /** Start of the window, ms; 0 when left out. Spikes before it are not drawn and not counted. */
  readonly from?: number;
  /** End of the window, ms, itself included. */
  readonly to: number;
  /** Width of a bin of the rates, ms; a round width near a 250th of the window when left out. */
  readonly bin?: number;
  /**
   * Draw the spikes of each n-th unit only. When left out, n is as small as it can be for at most 40 000 spikes. The
   * rates are always those of all units.
   */
  readonly every?: number;
  /** Up to 3 bar charts beside the spikes. */
  readonly bars?: readonly NetworkBars[];
}

/** Data of an interval figure. */
export interface IntervalData {
  /** Inter-spike intervals, ms, each at least 0, in any order. May be empty. */
  readonly intervals: Numbers;
  /** Width of a bin, ms; by the rule of Freedman and Diaconis, rounded to 1, 2 or 5, when left out. */
  readonly bin?: number;
}

/** One curve of a frequency figure. */
export interface FrequencyCurve {
  /** Name at the end of the curve. */
  readonly label: string;
  /** Currents, pA, ascending. */
  readonly current: Numbers;
  /** Firing rate at each current, Hz, at least 0. */
  readonly rate: Numbers;
  /** Smallest current that makes the unit fire, pA: marked when given. */
  readonly rheobase?: number;
}

/** Data of a frequency figure: 1 to 7 curves. */
export interface FrequencyData {
  readonly curves: readonly FrequencyCurve[];
}

/** The spectrum of one population rate. */
export interface SpectrumCurve {
  /** Name at the end of the curve. */
  readonly label: string;
  /** Hz, ascending. */
  readonly frequencies: Numbers;
  /** Power at each of them, at least 0, as multiples of that of as many independent Poisson units. */
  readonly power: Numbers;
}

/** Data of a spectrum figure: 1 to 8 curves. */
export interface SpectrumData {
  readonly curves: readonly SpectrumCurve[];
}

/** Data of a comparison figure. */
export interface ComparisonData {
  /** Sample times, ms, ascending, two or more. */
  readonly time: Numbers;
  /** Stimulus, pA, one value a time. */
  readonly current: Numbers;
  /** Recorded potential, mV, one value a time; left out where only spikes were recorded. */
  readonly recorded?: Numbers;
  /** Potential of the model, mV, one value a time. */
  readonly potential: Numbers;
  /** Spike times of each recorded repetition, ms, ascending: 1 to 40 repetitions. */
  readonly repetitions: readonly Numbers[];
  /** Spike times of the model, ms, ascending. */
  readonly prediction: Numbers;
  /** Δ, ms: a predicted spike at most this far from a recorded one is coincident; 4 when left out. */
  readonly window?: number;
  /** Coincidence factor Γ of the prediction over the whole recording: stated under the title. */
  readonly coincidence?: number;
  /** The neuron's own reliability, the mean Γ between repetitions, above 0: Γ over it is stated too. */
  readonly reliability?: number;
  /** Start of the window that is drawn, ms; the first time when left out. */
  readonly from?: number;
  /** End of the window that is drawn, ms; the last time when left out. */
  readonly to?: number;
}

/** Data of a search figure: one value a generation. */
export interface SearchData {
  /** Candidates evaluated up to the end of each generation, ascending, two or more. */
  readonly evaluated: Numbers;
  /** Best score so far. */
  readonly best: Numbers;
  /** Middle score of the candidates of the generation. */
  readonly median: Numbers;
  /** A score to compare with, such as the neuron's own reliability: a dashed line. */
  readonly reference?: { readonly label: string; readonly score: number };
}

/** The objective along one parameter. */
export interface ProfileParameter {
  /** Name of the parameter with its unit: the title of its axis. */
  readonly label: string;
  /** Values that were tried, ascending, two or more, and their scores with all other parameters held. */
  readonly values: Numbers;
  readonly scores: Numbers;
  /** Best candidates of the search by value, ascending, whatever their other parameters. */
  readonly bestValues: Numbers;
  readonly bestScores: Numbers;
  /** The value that was found. */
  readonly value: number;
  /** The range of values that are about as good: shaded. */
  readonly low: number;
  readonly high: number;
  /** "linear" when left out. */
  readonly scale?: "linear" | "log";
}

/** Data of a profile figure: 1 to 12 parameters, one panel each. */
export interface ProfileData {
  readonly parameters: readonly ProfileParameter[];
}
