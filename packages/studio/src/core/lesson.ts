import { isObject, type Json, type JsonObject, type Key, objectAt, valueAt } from "./json.ts";

/*
 * Lessons. A lesson is an experiment document with steps under `studio.lesson`. Each step has a Markdown text and checks
 * that read the document or the simulation.
 */

/** A condition of a step. Bounds are inclusive; a missing bound does not limit. */
export type Check = Bounds &
  (
    | {
        /** Mean firing rate of a unit, Hz, over the last time. */
        readonly kind: "rate";
        readonly population: string;
        /** Length of the time, ms. */
        readonly over: number;
      }
    | {
        /** A number in the document. */
        readonly kind: "value";
        readonly path: readonly Key[];
        /** How the text of the check names it. */
        readonly name: string;
        readonly unit: string;
      }
    /** Simulated time, ms. */
    | { readonly kind: "time" }
    /** Mean weight of a projection, in its own unit. */
    | { readonly kind: "weight"; readonly projection: string; readonly unit: string }
  );

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export interface LessonStep {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly checks: readonly Check[];
}

export interface Lesson {
  readonly title: string;
  readonly steps: readonly LessonStep[];
}

/** Values that checks read from the simulation. Undefined means not known yet. */
export interface Measures {
  rate(population: string, over: number): number | undefined;
  readonly time: number;
  weight(projection: string): number | undefined;
}

export interface Outcome {
  readonly holds: boolean;
  /** The present and the wanted value, such as "Rate of neurons: 12.1 Hz; wanted 19 to 21 Hz". */
  readonly text: string;
}

const isNumber = (value: Json | undefined): value is number => typeof value === "number" && Number.isFinite(value);
const textIn = (value: Json | undefined): string => (typeof value === "string" ? value : "");

const boundsOf = ({ min, max }: JsonObject): Bounds => ({
  ...(isNumber(min) && { min }),
  ...(isNumber(max) && { max }),
});

const checkOf = (given: JsonObject): Check | undefined => {
  const bounds = boundsOf(given);
  const { kind, path } = given;
  if (kind === "time") return { kind, ...bounds };
  if (kind === "rate") {
    const over = isNumber(given["over"]) && given["over"] > 0 ? given["over"] : 1000;
    return { kind, population: textIn(given["population"]), over, ...bounds };
  }
  if (kind === "weight") {
    return { kind, projection: textIn(given["projection"]), unit: textIn(given["unit"]), ...bounds };
  }
  if (kind !== "value" || !Array.isArray(path)) return undefined;
  const keys = path.filter((key: Json): key is Key => typeof key === "string" || typeof key === "number");
  return { kind, path: keys, name: textIn(given["name"]), unit: textIn(given["unit"]), ...bounds };
};

/** The lesson of a document. Undefined if it has none. Checks of unknown kinds are left out, so that nobody gets stuck. */
export const lessonOf = (document: JsonObject): Lesson | undefined => {
  const { steps } = objectAt(document, "studio", "lesson");
  if (!Array.isArray(steps) || steps.length === 0) return undefined;
  return {
    title: textIn(document["name"]) || "Lesson",
    steps: steps.filter(isObject).map((step) => {
      const checks = Array.isArray(step["checks"]) ? step["checks"].filter(isObject) : [];
      return {
        title: textIn(step["title"]),
        text: textIn(step["text"]),
        checks: checks.flatMap((check) => checkOf(check) ?? []),
      };
    }),
  };
};

const shown = (value: number): string => String(Number(value.toPrecision(3)));

const wanted = ({ min, max }: Bounds, unit: string): string => {
  if (min !== undefined && max !== undefined) {
    return min === max ? `${shown(min)} ${unit}` : `${shown(min)} to ${shown(max)} ${unit}`;
  }
  if (min !== undefined) return `at least ${shown(min)} ${unit}`;
  return max !== undefined ? `at most ${shown(max)} ${unit}` : "any value";
};

const outcome = (name: string, unit: string, value: number | undefined, bounds: Bounds): Outcome => {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds;
  const holds = value !== undefined && value >= min && value <= max;
  const present = value === undefined ? "not known yet" : `${shown(value)} ${unit}`.trim();
  return { holds, text: `${name}: ${present}; wanted ${wanted(bounds, unit).trim()}` };
};

/** Whether a check holds for a document and the measures of its simulation. */
export const outcomeOf = (check: Check, document: JsonObject, measures: Measures): Outcome => {
  if (check.kind === "time") return outcome("Simulated time", "ms", measures.time, check);
  if (check.kind === "rate") {
    const name = check.population === "" ? "Firing rate" : `Firing rate of ${check.population}`;
    return outcome(name, "Hz", measures.rate(check.population, check.over), check);
  }
  if (check.kind === "weight") {
    return outcome(`Mean weight of ${check.projection}`, check.unit, measures.weight(check.projection), check);
  }
  const value = valueAt(document, check.path);
  return outcome(check.name, check.unit, isNumber(value) ? value : undefined, check);
};
