import { ConfigError, type Issue } from "../errors/errors.ts";
import { distanceOf, type PositionTable, readPositions } from "./positions.ts";
import { profileOf } from "./profile.ts";
import type { ExplicitOptions, MultapseOption, NumberList, Positions, Rule } from "./rule.ts";
import { MOST_SYNAPSES, ruleIssues } from "./rule-issues.ts";
import { isList, type SynapseValues, valuesIssues } from "./values.ts";

/** One end of a projection. */
export interface End {
  readonly units: number;
  /** Where its units are; only what goes by distance needs them. */
  readonly positions?: Positions;
}

/** Connect these populations by this rule. */
export interface Wiring {
  /** Name of the projection, part of the keys of its draws and of messages. */
  readonly name: string;
  readonly rule: Rule;
  /** pA; mV for synapses that make the membrane jump. */
  readonly weights: SynapseValues;
  /** ms */
  readonly delays: SynapseValues;
  readonly source: End;
  readonly target: End;
  /** Whether source and target are the same population. */
  readonly recurrent: boolean;
  readonly seed: number;
  /** ms */
  readonly dt: number;
}

/** Where users say the parts of a wiring: what messages about them begin with. */
export interface WiringPaths {
  readonly rule: string;
  readonly weights: string;
  readonly delays: string;
  readonly source: { readonly positions: string };
  readonly target: { readonly positions: string };
}

/** The paths of a wiring that is given as one object. */
export const pathsIn = (path: string): WiringPaths => ({
  rule: `${path}.rule`,
  weights: `${path}.weights`,
  delays: `${path}.delays`,
  source: { positions: `${path}.source.positions` },
  target: { positions: `${path}.target.positions` },
});

/** A wiring that was found sound. */
export interface CheckedWiring extends Wiring {
  readonly positions: { readonly source: PositionTable; readonly target: PositionTable } | undefined;
  /** Number of synapses where the rule tells it without drawing. */
  readonly known: number | undefined;
  /** Number of synapses, or the number to be expected. */
  readonly expected: number;
}

/** Target units that a source unit may be connected to, or the other way round, for a recurrent projection. */
export const choices = (wiring: Wiring, units: number): number =>
  wiring.recurrent && autapsesOf(wiring.rule) === false ? units - 1 : units;

const autapsesOf = (rule: Rule): boolean => {
  const [options] = Object.values(rule) as [{ readonly autapses?: boolean }];
  return options.autapses ?? true;
};

/** Whether the pairs of a unit with itself are left out. */
export const skipsDiagonal = (wiring: Wiring): boolean => wiring.recurrent && !autapsesOf(wiring.rule);

export const multapsesOf = (options: MultapseOption): boolean => options.multapses ?? true;

/** Units of each population whose distances are looked at for an estimate. */
const SAMPLE = 256;

const expectedByDistance = (wiring: Wiring, { source, target }: NonNullable<CheckedWiring["positions"]>): number => {
  const { rule } = wiring;
  if (!("distanceBernoulli" in rule)) return 0;
  const { peak, share } = profileOf(rule.distanceBernoulli.probability);
  const sampled = (units: number): number[] =>
    Array.from({ length: Math.min(units, SAMPLE) }, (_, k) => Math.floor((k * units) / Math.min(units, SAMPLE)));
  const sources = sampled(wiring.source.units);
  const targets = sampled(wiring.target.units);
  let sum = 0;
  for (const s of sources) for (const t of targets) sum += share(distanceOf(source, s, target, t));
  const pairs = wiring.source.units * choices(wiring, wiring.target.units);
  return (peak * sum * pairs) / (sources.length * targets.length);
};

/** Number of synapses of a rule: exact where it tells, else the number to be expected, undefined by distance. */
const sizeOfRule = (wiring: Wiring): { readonly known?: number; readonly expected?: number } => {
  const { rule, source, target } = wiring;
  const pairs = source.units * choices(wiring, target.units);
  const known = (count: number) => ({ known: count, expected: count });
  if ("allToAll" in rule) return known(pairs);
  if ("oneToOne" in rule) return known(source.units);
  if ("fixedInDegree" in rule) return known(rule.fixedInDegree.inDegree * target.units);
  if ("fixedOutDegree" in rule) return known(rule.fixedOutDegree.outDegree * source.units);
  if ("fixedTotalNumber" in rule) return known(rule.fixedTotalNumber.total);
  if ("explicit" in rule) return known(rule.explicit.sources.length);
  if ("pairwiseBernoulli" in rule) {
    const { probability } = rule.pairwiseBernoulli;
    return probability === 0 || probability === 1 ? known(probability * pairs) : { expected: probability * pairs };
  }
  return {};
};

/** Checks a wiring, all of it. @throws ConfigError that names every problem */
export const checkWiring = (wiring: Wiring, paths: WiringPaths): CheckedWiring => {
  const issues = [
    ...ruleIssues(wiring.rule, paths.rule),
    ...valuesIssues(wiring.weights, paths.weights),
    ...valuesIssues(wiring.delays, paths.delays),
  ];
  if (issues.length > 0) throw new ConfigError(issues);
  const size = sizeOfRule(wiring);
  const positions = positionsOf(wiring, paths, issues);
  issues.push(...ruleEndIssues(wiring, paths.rule));
  issues.push(...valueEndIssues(wiring, wiring.weights, size.known, paths.weights));
  issues.push(...valueEndIssues(wiring, wiring.delays, size.known, paths.delays));
  if ((size.expected ?? 0) > MOST_SYNAPSES) {
    const remedy = "Split the projection, or connect fewer pairs.";
    const message = `must make at most ${MOST_SYNAPSES} synapses; received a rule for ${size.expected}. ${remedy}`;
    issues.push({ path: paths.rule, message });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return { ...wiring, positions, known: size.known, expected: size.expected ?? expectedByDistance(wiring, positions!) };
};

const byDistance = (values: SynapseValues): boolean =>
  typeof values === "object" && !isList(values) && "byDistance" in values;

const positionsOf = (wiring: Wiring, paths: WiringPaths, issues: Issue[]): CheckedWiring["positions"] => {
  const users = [
    ...("distanceBernoulli" in wiring.rule ? [paths.rule] : []),
    ...(byDistance(wiring.weights) ? [paths.weights] : []),
    ...(byDistance(wiring.delays) ? [paths.delays] : []),
  ].map((path) => path.slice(path.lastIndexOf(".") + 1));
  if (users.length === 0) return undefined;
  const read = (["source", "target"] as const).map((end) => {
    const { positions, units } = wiring[end];
    return positions
      ? readPositions(positions, units, paths[end].positions)
      : {
          path: paths[end].positions,
          message: `is missing, and needed for ${users.join(" and ")}. Give the population's positions.`,
        };
  });
  const found = read.filter((each): each is Issue => "message" in each);
  issues.push(...found);
  if (found.length > 0) return undefined;
  const [source, target] = read as [PositionTable, PositionTable];
  if (source.dimensions !== target.dimensions) {
    const message = `must have as many coordinates as those of the source, ${source.dimensions}; received ${target.dimensions}. Give both populations positions in one space.`;
    issues.push({ path: paths.target.positions, message });
  }
  return { source, target };
};

/** What is wrong with a rule for these populations. */
const ruleEndIssues = (wiring: Wiring, path: string): Issue[] => {
  const { rule, source, target } = wiring;
  if ("oneToOne" in rule && source.units !== target.units) {
    const message = `needs populations of one size; received ${source.units} source units and ${target.units} target units. Use another rule, or populations of one size.`;
    return [{ path: `${path}.oneToOne`, message }];
  }
  if ("fixedInDegree" in rule) {
    const { inDegree } = rule.fixedInDegree;
    const from = choices(wiring, source.units);
    return degreeIssues(inDegree, multapsesOf(rule.fixedInDegree), from, "source", `${path}.fixedInDegree.inDegree`);
  }
  if ("fixedOutDegree" in rule) {
    const { outDegree } = rule.fixedOutDegree;
    const to = choices(wiring, target.units);
    return degreeIssues(outDegree, multapsesOf(rule.fixedOutDegree), to, "target", `${path}.fixedOutDegree.outDegree`);
  }
  if ("fixedTotalNumber" in rule) return totalIssues(wiring, rule.fixedTotalNumber, `${path}.fixedTotalNumber.total`);
  if ("explicit" in rule) return explicitIssues(rule.explicit, wiring, `${path}.explicit`);
  return [];
};

const degreeIssues = (degree: number, multapses: boolean, partners: number, noun: string, path: string): Issue[] => {
  if (degree === 0 || (multapses ? partners > 0 : degree <= partners)) return [];
  const remedy = partners > 0 ? "Lower it, or allow multapses." : "Allow autapses, or use a larger population.";
  return [
    {
      path,
      message: `must be at most the number of ${noun} units to choose from, ${partners}; received ${degree}. ${remedy}`,
    },
  ];
};

/** Bits of one pass over all pairs, which is how pairs are drawn without repetition: 256 MB. */
const MOST_DISTINCT_PAIRS = 2 ** 31;

const totalIssues = (wiring: Wiring, options: { total: number } & MultapseOption, path: string): Issue[] => {
  const pairs = wiring.source.units * choices(wiring, wiring.target.units);
  if (options.total === 0) return [];
  if (multapsesOf(options)) return degreeIssues(options.total, pairs > 0, pairs, "pairs of", path);
  if (options.total > pairs) {
    const message = `must be at most the number of pairs, ${pairs}, without multapses; received ${options.total}. Lower it, or allow multapses.`;
    return [{ path, message }];
  }
  if (pairs <= MOST_DISTINCT_PAIRS) return [];
  const message = `can be drawn without multapses from at most ${MOST_DISTINCT_PAIRS} pairs; received populations with ${pairs}. Allow multapses, or use pairwiseBernoulli.`;
  return [{ path, message }];
};

const explicitIssues = (options: ExplicitOptions, wiring: Wiring, path: string): Issue[] => {
  const { sources } = options;
  const issues: Issue[] = [];
  for (const key of ["targets", "weights", "delays"] as const) {
    const list = options[key];
    if (list && list.length !== sources.length) {
      const message = `must be as long as sources, ${sources.length}; received ${list.length} values. Give one a synapse.`;
      issues.push({ path: `${path}.${key}`, message });
    }
  }
  issues.push(...unitIssues(sources, wiring.source.units, `${path}.sources`));
  issues.push(...unitIssues(options.targets, wiring.target.units, `${path}.targets`));
  return issues;
};

const unitIssues = (list: NumberList, units: number, path: string): Issue[] => {
  for (let k = 0; k < list.length; k++) {
    const unit = list[k]!;
    if (Number.isInteger(unit) && unit >= 0 && unit < units) continue;
    const message = `must be a whole number from 0 to ${units - 1}; received ${unit}. Count the units of the population from 0.`;
    return [{ path: `${path}[${k}]`, message }];
  }
  return [];
};

/** What is wrong with values for the populations and the number of synapses. */
const valueEndIssues = (wiring: Wiring, values: SynapseValues, known: number | undefined, path: string): Issue[] => {
  if (typeof values === "number") return [];
  if (isList(values)) {
    if (known === undefined) {
      const message = `may be a list only where the rule tells the number of synapses; received ${values.length} values. Draw them, or give them by source or target unit.`;
      return [{ path, message }];
    }
    const message = `must hold one value a synapse, ${known}; received ${values.length}. Give them in the order of the rule.`;
    return values.length === known ? [] : [{ path, message }];
  }
  for (const [key, end] of [
    ["bySource", "source"],
    ["byTarget", "target"],
  ] as const) {
    const list = (values as Readonly<Record<string, NumberList | undefined>>)[key];
    if (list && list.length !== wiring[end].units) {
      const message = `must hold one value a ${end} unit, ${wiring[end].units}; received ${list.length}. Give one for each.`;
      return [{ path: `${path}.${key}`, message }];
    }
  }
  return [];
};
