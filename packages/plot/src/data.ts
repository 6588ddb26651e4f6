/** A list of numbers: an ordinary array or a typed array. */
export type Numbers = ArrayLike<number>;

/** The two colour themes of a figure. */
export type ThemeName = "light" | "dark";

/** Options of every figure. */
export interface FigureOptions {
  /** Width of the SVG, px: an integer from 400 to 8000. Default 1000. */
  readonly width?: number;
  /** Height of the SVG, px: an integer from 250 to 8000. Default 500. */
  readonly height?: number;
  /** Colours for a white or a dark page. Default "light". */
  readonly theme?: ThemeName;
  /** Heading; wrapped if it is wider than the figure. Default: no heading. */
  readonly title?: string;
}

/** One unit of a trace figure. */
export interface TraceUnit {
  /** Name beside the panel, for example "unit 3". */
  readonly label?: string;
  /** Membrane potential, mV, one value per time. */
  readonly potential: Numbers;
  /** Spike times, ms, ascending. */
  readonly spikes?: Numbers;
  /** Threshold, mV: a number, or one value per time for an adaptive threshold. */
  readonly threshold?: number | Numbers;
  /** Potential after a spike, mV. */
  readonly reset?: number;
  /** Length of the refractory period after each spike, ms, at least 0; drawn shaded. Needs `spikes`. */
  readonly refractory?: number;
}

/** Data of a trace figure. */
export interface TraceData {
  /** Sample times, ms, ascending; two or more. */
  readonly time: Numbers;
  /** 1 to 6 units, one panel each, from top to bottom. */
  readonly units: readonly TraceUnit[];
  /** Input current, pA, one value per time, in a panel below the traces. */
  readonly current?: Numbers;
}

/** A read-out over time. */
export interface ReadoutCurves {
  /** Name of the read-out. */
  readonly label: string;
  /** Unit of its values, such as "Hz"; "" for none. */
  readonly unit: string;
  /** Sample times, ms, ascending; two or more. */
  readonly time: Numbers;
  /** 1 to 7 curves, each with a name beside the panel and one value per time. */
  readonly curves: readonly { readonly label: string; readonly values: Numbers }[];
}

/** Data of a figure of read-outs. */
export interface ReadoutData {
  /** 1 to 6 read-outs, one panel each, from top to bottom. */
  readonly readouts: readonly ReadoutCurves[];
}

/** The units and the times that were recorded, where that is only a part. Rates refer to this part. */
export interface RecordedPart {
  /** The recorded units. Default: all. */
  readonly units?: Numbers;
  /** Start of the recording, ms. Default: the start of the window. */
  readonly from?: number;
  /** End of the recording, ms. Default: the end of the window. */
  readonly to?: number;
}

/** A range of adjacent units that share a colour and a rate curve. */
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
  /** Number of units, including silent ones. */
  readonly unitCount: number;
  /** Start of the window, ms; earlier spikes are neither drawn nor counted. Default 0. */
  readonly from?: number;
  /** End of the window, ms, inclusive. */
  readonly to: number;
  /** Width of a bin of the population rate, ms. Default: a round width near a hundredth of the window. */
  readonly bin?: number;
  /** The recorded part, if not all units were recorded all the time. No rate is drawn where nothing was recorded. */
  readonly recorded?: RecordedPart;
  /** At most 7 groups without common units. Units without a group have a neutral colour and do not enter any rate. */
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
  /** Number of units, including silent ones. */
  readonly unitCount: number;
  /** The recorded part, if not all units were recorded all the time. No rate is drawn where nothing was recorded. */
  readonly recorded?: RecordedPart;
  /** Index in the palette, 0 to 7. Default: the position of the population, modulo 8. */
  readonly color?: number;
}

/** One number per population, drawn as bars, such as its rate, CV or synchrony. */
export interface NetworkBars {
  /** Title with the unit: "Rate (Hz)". */
  readonly title: string;
  /** One number per population, at least 0; NaN if undefined. */
  readonly values: Numbers;
}

/** Data of a network figure. */
export interface NetworkData {
  /** 1 to 16 populations, from top to bottom. */
  readonly populations: readonly NetworkPopulation[];
  /** Start of the window, ms; earlier spikes are neither drawn nor counted. Default 0. */
  readonly from?: number;
  /** End of the window, ms, inclusive. */
  readonly to: number;
  /** Width of a bin of the rates, ms. Default: a round width near a 250th of the window. */
  readonly bin?: number;
  /**
   * Draws the spikes of every n-th unit only. The rates always include all units. Default: the smallest n with at most
   * 40 000 spikes.
   */
  readonly every?: number;
  /** Up to 3 bar charts beside the spikes. */
  readonly bars?: readonly NetworkBars[];
}

/** Data of an interval figure. */
export interface IntervalData {
  /** Inter-spike intervals, ms, each at least 0, in any order. May be empty. */
  readonly intervals: Numbers;
  /** Width of a bin, ms. Default: by the rule of Freedman and Diaconis, rounded to 1, 2 or 5. */
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
  /** Rheobase, pA: the smallest current that makes the unit spike. Marked if given. */
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
  /** Power at each frequency, at least 0, relative to that of the same number of independent Poisson units. */
  readonly power: Numbers;
}

/** Data of a spectrum figure: 1 to 8 curves. */
export interface SpectrumData {
  readonly curves: readonly SpectrumCurve[];
}

/** Data of a comparison figure. */
export interface ComparisonData {
  /** Sample times, ms, ascending; two or more. */
  readonly time: Numbers;
  /** Stimulus, pA unless `currentTitle` gives another quantity, one value per time. */
  readonly current: Numbers;
  /** Title of the axis of the stimulus. Default "Current (pA)". */
  readonly currentTitle?: string;
  /** Recorded potential, mV, one value per time; omit it if only spikes were recorded. */
  readonly recorded?: Numbers;
  /** Potential of the model, mV, one value per time. */
  readonly potential: Numbers;
  /** Threshold of the model, mV: a number, or one value per time for an adaptive threshold. */
  readonly threshold?: number | Numbers;
  /** Spike times of each recorded repetition, ms, ascending: 1 to 40 repetitions. */
  readonly repetitions: readonly Numbers[];
  /** Spike times of the model, ms, ascending. */
  readonly prediction: Numbers;
  /** Δ, ms: a predicted spike at most this far from a recorded one coincides. Default 4. */
  readonly window?: number;
  /** Coincidence factor Γ of the prediction over the whole recording; shown below the title. */
  readonly coincidence?: number;
  /**
   * Reliability of the neuron, the mean Γ between repetitions, above 0. If given, the figure also shows Γ/reliability.
   */
  readonly reliability?: number;
  /** Start of the drawn window, ms. Default: the first time. */
  readonly from?: number;
  /** End of the drawn window, ms. Default: the last time. */
  readonly to?: number;
}

/** Data of a search figure: one value per generation. */
export interface SearchData {
  /** Number of candidates evaluated up to the end of each generation, ascending; two or more. */
  readonly evaluated: Numbers;
  /** Best score so far. */
  readonly best: Numbers;
  /** Median score of the candidates of the generation. */
  readonly median: Numbers;
  /** A score for comparison, such as the neuron's reliability, drawn as a dashed line. */
  readonly reference?: { readonly label: string; readonly score: number };
}

/** Data of a score figure. */
export interface ScoreData {
  /** Names of the recordings, 1 to 1000; up to eight have colours. */
  readonly recordings: readonly string[];
  /** Models from top to bottom, 1 to 40, with a score for each recording. */
  readonly models: readonly { readonly label: string; readonly scores: Numbers }[];
  /** Title of the axis of scores, such as "Γ on held-out recordings". */
  readonly title: string;
}

/** The objective along one parameter. */
export interface ProfileParameter {
  /** Name of the parameter with its unit: the title of its axis. */
  readonly label: string;
  /** Tested values, ascending, two or more. The scores are those with all other parameters fixed. */
  readonly values: Numbers;
  readonly scores: Numbers;
  /** Values of the best candidates of the search, ascending, with any values of the other parameters. */
  readonly bestValues: Numbers;
  readonly bestScores: Numbers;
  /** The value that the fit found. */
  readonly value: number;
  /** Range of values with a similar score, drawn shaded. */
  readonly low: number;
  readonly high: number;
  /** Default "linear". */
  readonly scale?: "linear" | "log";
}

/** Data of a profile figure: 1 to 12 parameters, one panel each. */
export interface ProfileData {
  readonly parameters: readonly ProfileParameter[];
}

/** One curve of a line figure. */
export interface LineCurve {
  /** Name at the end of the curve. */
  readonly label: string;
  /** Positions, ascending. */
  readonly x: Numbers;
  /** One value per position; NaN leaves a gap. */
  readonly y: Numbers;
  /** Lower and upper end of the spread at each position, drawn as a band; both or none. NaN leaves a gap. */
  readonly low?: Numbers;
  readonly high?: Numbers;
  /**
   * "line" has dots if there are at most 60 positions, "curve" has none. "points" draws measured values: dots without a
   * line, and the spread as a bar at each. Default "line".
   */
  readonly draw?: "line" | "curve" | "points";
  /** Index in the palette, 0 to 7. Default: the position of the curve. */
  readonly color?: number;
}

/** Data of a line figure: 1 to 8 curves. */
export interface LineData {
  readonly curves: readonly LineCurve[];
  /** Title of the horizontal axis with its unit, such as "Weight (pA)". */
  readonly xTitle: string;
  /** Title of the vertical axis with its unit. */
  readonly yTitle: string;
  /** What the bands show, for the legend, such as "standard deviation over seeds". */
  readonly spread?: string;
  /** Scale of the horizontal axis. Default "linear". */
  readonly scale?: "linear" | "log";
}

/** Data of a matrix figure: a heat map. */
export interface MatrixData {
  /** Labels of the columns, from left to right: numbers or texts; at most 400. */
  readonly columns: readonly (number | string)[];
  /** Labels of the rows, from bottom to top. */
  readonly rows: readonly (number | string)[];
  /** One value per cell, row by row from the bottom; NaN leaves the cell empty. */
  readonly values: Numbers;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Title of the colours with the unit of the values. */
  readonly title: string;
}

/** One panel of a figure of small multiples: spikes, or one trace. */
export type MultiplePanel =
  | { readonly label: string; readonly times: Numbers; readonly units: Numbers; readonly unitCount: number }
  | { readonly label: string; readonly time: Numbers; readonly values: Numbers };

/** Data of a figure of small multiples: 1 to 48 panels with the same axes. */
export interface MultiplesData {
  readonly panels: readonly MultiplePanel[];
  /** Start of the window, ms. Default 0. */
  readonly from?: number;
  /** End of the window, ms. */
  readonly to: number;
  /** Title of the vertical axis: the quantity of traces with its unit. Default "Unit" for spikes. */
  readonly yTitle?: string;
  /** Number of panels in a row. Default: the nearest to a square. */
  readonly columns?: number;
}

/** Weights of synapses, with their ends. */
export interface WeightEnds {
  /** Weight of each synapse. */
  readonly weights: Numbers;
  /** Source unit of each synapse, in the order of `weights`. */
  readonly sources: Numbers;
  /** Target unit of each synapse. */
  readonly targets: Numbers;
  /** Number of source units. */
  readonly sourceCount: number;
  /** Number of target units. */
  readonly targetCount: number;
  /** Unit of the weights, such as "nS". */
  readonly unit?: string;
}

/** A matrix of weights: source units from left to right, target units from top to bottom. */
export interface WeightMatrix extends WeightEnds {
  readonly show: "matrix";
}

/** One image for each target unit, of the weights from all source units. */
export interface WeightFields extends WeightEnds {
  readonly show: "fields";
  /** Rows and columns of the source population. */
  readonly shape: readonly [rows: number, columns: number];
  /** The target units to draw, in this order; at most 400. Default: all. */
  readonly units?: Numbers;
  /** Number of images in a row. Default: the nearest to a square. */
  readonly columns?: number;
}

/** A histogram of weights over time. */
export interface WeightHistory {
  readonly show: "history";
  /** Time of each recorded row, ms, ascending. */
  readonly times: Numbers;
  /** Recorded weights, row by row, with the same number for each time. */
  readonly weights: Numbers;
  /** Ends of the vertical axis. Default: the smallest and the largest weight. */
  readonly least?: number;
  readonly greatest?: number;
  /** Number of bins from 2 to 200. Default 40. */
  readonly bins?: number;
  /** Unit of the weights, such as "nS". */
  readonly unit?: string;
}

/** Data of a figure of weights. `show` chooses what is drawn. */
export type WeightData = WeightMatrix | WeightHistory | WeightFields;
