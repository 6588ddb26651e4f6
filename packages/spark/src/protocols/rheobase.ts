import { withUnit } from "../config/field.ts";
import { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { ConfigError } from "../errors/errors.ts";
import { stepsOf } from "../run/duration.ts";
import { runAtCurrents } from "./frequency.ts";
import { type Examined, examinedComponent, type ProtocolOptions, protocolKeys, stepOf } from "./population.ts";

/** Options of `rheobase`: the bracket and the tolerance of the search. */
export type RheobaseOptions = ProtocolOptions & {
  /** Time within which a spike must occur, ms; a whole number of steps. Default 1000. */
  readonly duration?: number;
  /** A current without spikes, pA. Default 0. */
  readonly from?: number;
  /** A current with spikes, pA; greater than `from`. Default 10000. */
  readonly to?: number;
  /**
   * Largest error of the result, which is never below the true value, pA. Default 0.01; at least a billionth of the
   * ends of the bracket.
   */
  readonly tolerance?: number;
};

/** Number of currents in one run, including the ends of the bracket. Each run narrows the bracket to 1/65. */
const TRIED = 66;

/**
 * Finds the rheobase: the smallest constant current, pA, that makes a soma at rest spike within a given time. Each run
 * tries many currents at once, one per unit. The next run searches between the last silent current and the first
 * current with a spike. For a leaky soma and a long duration the rheobase is (threshold − potentialRest)/resistance:
 * 200 pA with the defaults.
 *
 * @throws ConfigError for an invalid option, for a component whose fields differ between units, and if the soma spikes
 * at `from` or stays silent at every current up to `to`; StateError if aborted.
 */
export const rheobase = async (soma: Examined, options: RheobaseOptions = {}): Promise<number> => {
  const where = "rheobase";
  const site = new Site(new Place([where]), [], undefined);
  const { issues } = site;
  const component = examinedComponent(where, soma, issues);
  refuseUnknown(options, [...protocolKeys, "duration", "from", "to", "tolerance"], site);
  const { duration = 1000, from = 0, to = 10_000, tolerance = 0.01 } = options;
  stepsOf(duration, stepOf(component, options), site.at("duration"));
  checkBracket({ from, to, tolerance }, site);
  if (issues.length > 0) throw new ConfigError(issues);
  let silent = from;
  let spiking = to;
  let first = true;
  while (first || spiking - silent > tolerance) {
    const currents = Float64Array.from({ length: TRIED }, (_, k) => silent + ((spiking - silent) * k) / (TRIED - 1));
    currents[TRIED - 1] = spiking;
    const { units } = await runAtCurrents(where, component, currents, duration, options);
    const least = units.reduce((a, b) => (b < a ? b : a), TRIED);
    if (least === 0 || least === TRIED) throw outside(where, component.model.name, least === 0, from, to, duration);
    silent = currents[least - 1]!;
    spiking = currents[least]!;
    first = false;
  }
  return spiking;
};

const checkBracket = (values: Required<Pick<RheobaseOptions, "from" | "to" | "tolerance">>, site: Site): void => {
  const { from, to, tolerance } = values;
  const require = (key: keyof typeof values, holds: boolean, rule: string, remedy: string): void => {
    const value: unknown = values[key];
    if (holds && Number.isFinite(value)) return;
    const received = typeof value === "number" ? withUnit(value, "pA") : describe(value);
    site.at(key).refuse(`must be ${rule}; received ${received}. ${remedy}`);
  };
  require("from", true, "a finite current", "Give a current without spikes.");
  require("to", to > from, `greater than from, ${from} pA`, "Give a current with spikes.");
  const finest = 1e-9 * Math.max(Math.abs(from), Math.abs(to));
  require("tolerance", tolerance > 0 &&
    !(tolerance < finest), `greater than 0 pA and at least ${finest} pA`, "Give a larger one.");
};

const outside = (
  where: string,
  model: string,
  always: boolean,
  from: number,
  to: number,
  duration: number,
): ConfigError =>
  new ConfigError(
    always
      ? {
          path: `${where}.from`,
          message: `must be a current at which ${model} is silent; received ${from} pA, but it spikes within ${duration} ms. Give a lower one.`,
        }
      : {
          path: `${where}.to`,
          message: `must be a current at which ${model} spikes; received ${to} pA, but it stays silent for ${duration} ms. Give a higher one, or a longer duration.`,
        },
  );
