import { flag, type Option, options, type Read, type Written, whole } from "../../config/options.ts";
import type { Site } from "../../config/place.ts";
import type { Procedure } from "../../program/network.ts";
import type { Recipe } from "../../program/recipe.ts";
import type { Ends, NumberList } from "../ends.ts";
import type { DrawnWiring, PairContext, Pairs } from "../pairs.ts";

/*
 * A connection rule says who is connected to whom. It is declared in a file of its own and named in ../rule.ts; its
 * checks, schema, tables and layouts follow. The names are those of the field: Senk et al., "Connectivity concepts in
 * neuronal network modeling", PLoS Comput Biol 18 (2022), e1010086.
 *
 * Every rule gives its synapses in an order, by which they are numbered from 0. Draws are counted by that number.
 */

/** Number of synapses. */
export interface Size {
  readonly synapses: number;
  /** False where only drawing tells the number, and this one is to be expected. */
  readonly exact: boolean;
}

/** How the targets of a source unit are found without those of the other units. */
export interface Told<R> {
  readonly targets: Procedure["targets"];
  /** Where targets are drawn: the number of the first draw of each source unit, and of the one after the last. */
  readonly offsets?: (options: R, context: PairContext) => Uint32Array;
}

type OptionsBy = Readonly<Record<string, Option>>;

export interface RuleDefinition<D extends OptionsBy> {
  /** A sentence for tables and schemas. */
  readonly about: string;
  readonly options: D;
  /** Whether the distance of two units counts. */
  readonly byDistance?: boolean;
  /** Whether a pair may have several synapses; by default as the option `multapses` says, else false. */
  readonly repeats?: boolean;
  readonly told?: Told<Read<D>>;
  /** How many synapses each source unit makes, where they follow one another source unit by source unit. */
  outgoing?(options: Read<D>, wiring: DrawnWiring): Recipe["outgoing"] | undefined;
  /** Number of synapses; undefined where it takes positions that are not there. */
  size(options: Read<D>, ends: Ends): Size | undefined;
  /** Refuses options that do not fit the populations. */
  check?(options: Read<D>, site: Site<Ends>): void;
  pairs(options: Read<D>, context: PairContext): Pairs;
}

/** Weights and delays that a rule lists itself, in place of those of the projection. */
export interface Lists {
  readonly weights?: NumberList;
  readonly delays?: NumberList;
}

/** A rule with its options, read. */
export interface ReadRule {
  readonly name: string;
  /** As it was written. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Every option, with defaults. */
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

/** Leads from a rule as plain data to the declaration that made it. */
export const declaration = Symbol("connection rule");

/** A rule that knows its declaration. */
export interface DeclaredRule {
  readonly [declaration]: RuleDeclaration;
}

type OptionsGiven<D> = Record<never, never> extends Written<D> ? [options?: Written<D>] : [options: Written<D>];

/** Makes a rule from its options, and carries its declaration. */
export type RuleType<N extends string, D> = ((...options: OptionsGiven<D>) => {
  readonly [K in N]: Written<D>;
} & DeclaredRule) & {
  readonly rule: RuleDeclaration;
};

const offsetsOfNothing = (): Uint32Array => new Uint32Array(0);

/** Declares a connection rule. */
export const connectionRule = <const N extends string, const D extends OptionsBy>(
  name: N,
  definition: RuleDefinition<D>,
): RuleType<N, D> => {
  const { about, told, byDistance = false } = definition;
  const declared = options(about, definition.options);
  const bind = (given: ReadRule["given"], read: Read<D>): ReadRule => {
    const { autapses = true, multapses = false } = read as {
      readonly autapses?: boolean;
      readonly multapses?: boolean;
    };
    return {
      name,
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

/* Options that rules share. */

/** Synapses of one projection: their numbers fill the 32 bits of a counter. */
export const MOST_SYNAPSES = 2 ** 32 - 1;

export const count = (about: string) => whole(about, 0, MOST_SYNAPSES, "Give a number of synapses.");

export const autapses = flag(
  true,
  "Whether a unit may be connected to itself. No effect if source and target are different populations.",
  "Leave it out to allow them.",
);

export const multapses = flag(true, "Whether a pair may have several synapses.", "Leave it out to allow them.");
