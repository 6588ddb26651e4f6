import { flag, type Option, options, type Read, type Written, whole } from "../../config/options.ts";
import type { Site } from "../../config/place.ts";
import { ConfigError } from "../../errors/errors.ts";
import type { Procedure } from "../../program/network.ts";
import type { Recipe } from "../../program/recipe.ts";
import type { Ends, NumberList } from "../ends.ts";
import type { DrawnWiring, PairContext, Pairs } from "../pairs.ts";

/*
 * A connection rule determines who is connected to whom. Each rule is declared in its own file and listed in ../rule.ts.
 * Its checks, schema, tables and layouts are derived. The names follow Senk et al., "Connectivity concepts in neuronal
 * network modeling", PLoS Comput Biol 18 (2022), e1010086.
 *
 * Every rule generates its synapses in a fixed order and numbers them from 0. Draws are keyed by that number.
 */

/** Number of synapses. */
export interface Size {
  readonly synapses: number;
  /** False if `synapses` is the expected number, because only drawing reveals the exact one. */
  readonly exact: boolean;
}

/** How to find the targets of one source unit without those of the other units. */
export interface Told<R> {
  readonly targets: Procedure["targets"];
  /** For drawn targets: number of the first draw of each source unit, and the total. */
  readonly offsets?: (options: R, context: PairContext) => Uint32Array;
}

type OptionsBy = Readonly<Record<string, Option>>;

export interface RuleDefinition<D extends OptionsBy> {
  /** A sentence for tables and schemas. */
  readonly about: string;
  readonly options: D;
  /** Whether the rule depends on distances. */
  readonly byDistance?: boolean;
  /** Whether a pair may have several synapses. Default: the option `multapses`, otherwise false. */
  readonly repeats?: boolean;
  readonly told?: Told<Read<D>>;
  /** Number of synapses of each source unit, if the synapses are ordered by source unit. */
  outgoing?(options: Read<D>, wiring: DrawnWiring): Recipe["outgoing"] | undefined;
  /** Number of synapses; undefined if required positions are missing. */
  size(options: Read<D>, ends: Ends): Size | undefined;
  /** Rejects options that do not fit the populations. */
  check?(options: Read<D>, site: Site<Ends>): void;
  pairs(options: Read<D>, context: PairContext): Pairs;
}

/** Weights and delays that the rule lists; they replace those of the projection. */
export interface Lists {
  readonly weights?: NumberList;
  readonly delays?: NumberList;
}

/** A rule after reading. */
export interface ReadRule {
  readonly name: string;
  readonly declaration: RuleDeclaration;
  /** The options as written. */
  readonly given: Readonly<Record<string, unknown>>;
  /** All options, including defaults. */
  readonly options: Readonly<Record<string, unknown>> & Lists;
  readonly autapses: boolean;
  readonly repeats: boolean;
  readonly byDistance: boolean;
  readonly told:
    | { readonly targets: Procedure["targets"]; readonly offsets: (context: PairContext) => Uint32Array }
    | undefined;
  outgoing(wiring: DrawnWiring): Recipe["outgoing"] | undefined;
  size(ends: Ends): Size | undefined;
  check(site: Site<Ends>): void;
  pairs(context: PairContext): Pairs;
}

/** A connection rule as declared. */
export interface RuleDeclaration {
  readonly name: string;
  readonly about: string;
  readonly told: Procedure["targets"] | undefined;
  readonly option: Option<unknown, ReadRule>;
}

/** Key of the declaration in a rule, which is otherwise plain data. */
export const declaration = Symbol("connection rule");

/** A rule that carries its declaration. */
export interface DeclaredRule {
  readonly [declaration]: RuleDeclaration;
}

type OptionsGiven<D> = Record<never, never> extends Written<D> ? [options?: Written<D>] : [options: Written<D>];

/** Creates a rule from its options, and carries its declaration. */
export type RuleType<N extends string, D> = ((...options: OptionsGiven<D>) => {
  readonly [K in N]: Written<D>;
} & DeclaredRule) & {
  readonly rule: RuleDeclaration;
};

const offsetsOfNothing = (): Uint32Array => new Uint32Array(0);

/** Declares a connection rule. @throws ConfigError for an invalid name or declaration */
export const connectionRule = <const N extends string, const D extends OptionsBy>(
  name: N,
  definition: RuleDefinition<D>,
): RuleType<N, D> => {
  if (typeof definition?.size !== "function" || typeof definition.pairs !== "function" || !definition.options) {
    const message =
      "takes a name and a definition. Give { about, options, size, pairs }; size and pairs are functions.";
    throw new ConfigError({ path: "connectionRule", message });
  }
  const { about, told, byDistance = false } = definition;
  const declared = options(about, definition.options);
  const bind = (given: ReadRule["given"], read: Read<D>): ReadRule => {
    const { autapses = true, multapses = false } = read as {
      readonly autapses?: boolean;
      readonly multapses?: boolean;
    };
    return {
      name,
      declaration: rule,
      given,
      options: read as ReadRule["options"],
      autapses,
      repeats: definition.repeats ?? multapses,
      byDistance,
      told: told && {
        targets: told.targets,
        offsets: (context) => (told.offsets ?? offsetsOfNothing)(read, context),
      },
      outgoing: (wiring) => definition.outgoing?.(read, wiring),
      size: (ends) => definition.size(read, ends),
      check: (site) => definition.check?.(read, site),
      pairs: (context) => definition.pairs(read, context),
    };
  };
  const rule: RuleDeclaration = {
    name,
    about,
    told: told?.targets,
    option: {
      ...declared,
      read: (value, site) => {
        const read = declared.read(value, site);
        return read && bind(value as ReadRule["given"], read);
      },
    },
  };
  const make = (...[given]: OptionsGiven<D>) =>
    Object.defineProperty({ [name]: given ?? {} }, declaration, { value: rule });
  return Object.defineProperty(Object.assign(make, { rule }), "name", { value: name }) as unknown as RuleType<N, D>;
};

/* Shared options of rules. */

/** Largest number of synapses of one projection: their numbers use a counter of 32 bits. */
export const MOST_SYNAPSES = 2 ** 32 - 1;

export const count = (about: string) => whole(about, 0, MOST_SYNAPSES, "Give a number of synapses.");

export const autapses = flag(
  true,
  "Whether a unit may be connected to itself. No effect if source and target are different populations.",
  "Leave it out to allow them.",
);

export const multapses = flag(true, "Whether a pair may have several synapses.", "Leave it out to allow them.");
