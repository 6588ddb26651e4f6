import { withUnit } from "../config/field.ts";
import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { stepsOf } from "../run/options.ts";
import { runAtCurrents } from "./frequency.ts";
import { type Examined, examinedComponent, type ProtocolOptions, protocolKeys, stepOf } from "./population.ts";

/** Where and how finely the rheobase is sought. */
export type RheobaseOptions = ProtocolOptions & {
  /** Time within which a spike must come, ms; a whole number of steps. Default 1000. */
  readonly duration?: number;
  /** A current that makes no spike, pA. Default 0. */
  readonly from?: number;
  /** A current that makes spikes, pA; greater than `from`. Default 10000. */
  readonly to?: number;
  /** How far above the true value the result may lie, pA. Default 0.01; at least a billionth of the bracket's ends. */
  readonly tolerance?: number;
};

/** Currents tried in one run, the ends of the bracket among them: each run narrows it to a 65th. */
const TRIED = 66;

/**
 * Rheobase: the least constant current, pA, that makes a soma at rest spike within a time. Each run tries many currents
 * at once, a unit for each, and the next one looks between the last silent current and the first that spiked. For a
 * leaky soma and a long duration it is (threshold − potentialRest)/resistance: 200 pA with the defaults.
 *
 * @throws ConfigError for a bad option, for a component whose fields differ by unit, and when the soma spikes at `from`
 * or stays silent at every current up to `to`; StateError when aborted.
 */
export const rheobase = async (soma: Examined, options: RheobaseOptions = {}): Promise<number> => {
  const where = "rheobase";
  const issues: Issue[] = [];
  const component = examinedComponent(where, soma, issues);
  unknownKeys(where, options, [...protocolKeys, "duration", "from", "to", "tolerance"], issues);
  const { duration = 1000, from = 0, to = 10_000, tolerance = 0.01 } = options;
  stepsOf(`${where}.duration`, duration, stepOf(component, options), issues);
  checkBracket(where, { from, to, tolerance }, issues);
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

const checkBracket = (
  where: string,
  values: Required<Pick<RheobaseOptions, "from" | "to" | "tolerance">>,
  issues: Issue[],
): void => {
  const { from, to, tolerance } = values;
  const require = (key: keyof typeof values, holds: boolean, rule: string, remedy: string): void => {
    const value: unknown = values[key];
    if (holds && Number.isFinite(value)) return;
    const received = typeof value === "number" ? withUnit(value, "pA") : describe(value);
    issues.push({ path: `${where}.${key}`, message: `must be ${rule}; received ${received}. ${remedy}` });
  };
  require("from", true, "a finite current", "Give a current that makes no spike.");
  require("to", to > from, `greater than from, ${from} pA`, "Give a current that makes spikes.");
  const finest = 1e-9 * Math.max(Math.abs(from), Math.abs(to));
  require("tolerance", tolerance > 0 &&
    !(tolerance < finest), `greater than 0 pA and at least ${finest} pA`, "Give a coarser one.");
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
          message: `must be a current at which ${model} is silent; received ${from} pA, at which it spikes within ${duration} ms. Give a lower one.`,
        }
      : {
          path: `${where}.to`,
          message: `must be a current at which ${model} spikes; received ${to} pA, up to which it is silent for ${duration} ms. Give a higher one, or a longer duration.`,
        },
  );
