import { isSeries, type ParsedConfig } from "../config/parse.ts";
import type { Place } from "../config/place.ts";
import type { Series, SteppedSeries } from "../config/sampling.ts";
import { indicesOf, sizeOf } from "../config/shape.ts";
import type { Issue, Key } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { evaluateFixed } from "./fixed.ts";

/* Fields that change over time. Only models that may have one import this file, so that others do not load it. */

/** Values of fields: one number for all units, or one per unit. */
export type FieldValues = Readonly<Record<string, number | Float64Array>>;

/**
 * Values of fields at one or several times. For several, the varying field's samples follow one another in one array.
 */
export interface Occurring {
  readonly values: FieldValues;
  /** Keys of value k of the changing field, below the field: "series" and indices. */
  readonly keys: (k: number) => readonly Key[];
}

type View = Float32Array | Float64Array | Int32Array | Uint32Array;
/** Fills rows of buffers and returns their number. Steps are counted from 0; step s uses the field at time s·dt. */
export type FillRows = (views: readonly View[], firstStep: number, rows: number) => number;

/** Equations and fields of a component or a source. */
interface Equated {
  readonly model: { readonly spikes?: Expr; readonly value?: Expr; readonly next: Readonly<Record<string, Expr>> };
  readonly fields: FieldValues;
}

/** The field of a model that changes over time, for a known time step. `fixed` are the other fields. */
export interface Varying {
  /** Whether an expression uses the field. */
  readonly names: (expr: Expr) => boolean;
  /** The value of an expression at the first sample: one number if it is the same for all units. */
  readonly first: (expr: Expr, fixed: FieldValues) => number | Float64Array;
  /** All values that the fields take together during the run. */
  readonly occurring: (fixed: FieldValues) => Occurring[];
  /**
   * Returns a function that writes the values of expressions into buffers, computed in double precision and then
   * rounded: one value per row, or `padded` values if units differ.
   * @throws ConfigError on a call of that function, if the series does not define the value at a time.
   */
  readonly fill: (exprs: readonly Expr[], fixed: FieldValues, padded: number) => FillRows;
  /** Upper bound of the bytes per step in the buffers of the equations of a component or source. */
  readonly rowBytes: (of: Equated, padded: number) => number;
  /** Makes changed values of the other fields take effect. */
  readonly renew: () => void;
  /** Adds the problems of a run that ends after the given number of steps. */
  readonly check: (steps: number, issues: Issue[]) => void;
  readonly doubt: SteppedSeries["doubt"];
}

/**
 * The field of a config that changes over time, if any. A model with several such fields uses at most one per config.
 */
export const varyingOf = ({ settings }: ParsedConfig, dt: number, place: Place): Varying | undefined => {
  for (const [name, setting] of Object.entries(settings)) {
    if (isSeries(setting)) return varyingField(name, setting, dt, place);
  }
  return undefined;
};

const varyingField = (name: string, given: Series, dt: number, place: Place): Varying => {
  const { data } = given.samples;
  const series = given.on(dt, place.at(name));
  const { columns } = series;
  const context = { dt, place };
  const known = new Map<Expr, boolean>();
  const names = (expr: Expr): boolean => {
    const own = known.get(expr) ?? ((expr.op === "symbol" && expr.name === name) || expr.args.some(names));
    known.set(expr, own);
    return own;
  };
  const memo = new Map<Expr, number | Float64Array>();
  let version = 0;
  const first = (expr: Expr, fixed: FieldValues): number | Float64Array =>
    evaluateFixed(expr, { ...fixed, [name]: columns === 1 ? data[0]! : data.subarray(0, columns) }, context, memo);
  return {
    names,
    first,
    occurring: (fixed) => occurring(name, given, fixed),
    fill: (exprs, fixed, padded) => {
      const next = new Float64Array(columns);
      const last = new Float64Array(columns).fill(Number.NaN);
      let values: (number | Float64Array)[] = [];
      let seen = version;
      return (views, firstStep, rows) => {
        for (let row = 0; row < rows; row++) {
          series.write((firstStep + row) * dt, next, 0);
          if (seen !== version || next.some((value, k) => value !== last[k])) {
            last.set(next);
            seen = version;
            const now = { ...fixed, [name]: columns === 1 ? next[0]! : next };
            const known = new Map<Expr, number | Float64Array>();
            values = exprs.map((expr) => evaluateFixed(expr, now, context, known));
          }
          for (const [k, value] of values.entries()) {
            if (typeof value === "number") views[k]![row] = value;
            else views[k]!.set(value, row * padded);
          }
        }
        return rows;
      };
    },
    rowBytes: ({ model: { spikes, value, next }, fields }, padded) => {
      const roots = [...(spikes ? [spikes] : []), ...(value ? [value] : []), ...Object.values(next)];
      const widths = [...changingParts(roots, names)].map(
        (expr) => (expr.dtype === "float" ? 8 : 4) * (typeof first(expr, fields) === "number" ? 1 : padded),
      );
      return widths.reduce((a, b) => a + b, 0);
    },
    renew: () => {
      version++;
      memo.clear();
    },
    check: (steps, issues) => void issues.push(...series.issues(steps)),
    doubt: series.doubt,
  };
};

/** The largest expressions of fields and dt that use the changing field. */
const changingParts = (roots: readonly Expr[], names: (expr: Expr) => boolean): Set<Expr> => {
  const fixed = new Map<Expr, boolean>();
  const isFixed = (expr: Expr): boolean => {
    const known = fixed.get(expr);
    if (known !== undefined) return known;
    const own =
      expr.op === "symbol"
        ? expr.source === "field" || expr.source === "dt"
        : expr.purpose === undefined && expr.args.every(isFixed);
    fixed.set(expr, own);
    return own;
  };
  const parts = new Set<Expr>();
  const seen = new Set<Expr>();
  const enter = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (!isFixed(expr)) expr.args.forEach(enter);
    else if (names(expr)) parts.add(expr);
  };
  roots.forEach(enter);
  return parts;
};

const occurring = (name: string, { samples: { data, shape }, zero }: Series, fixed: FieldValues): Occurring[] => {
  const at = (value: number | Float64Array, keys: Occurring["keys"]): Occurring => ({
    values: { ...fixed, [name]: value },
    keys,
  });
  const silent = zero ? [at(0, () => ["series"])] : [];
  // If no other field differs between units, all samples are checked together as if they were units.
  if (Object.values(fixed).every((value) => typeof value === "number")) {
    return [at(data, (k) => ["series", ...indicesOf(k, shape)]), ...silent];
  }
  const [count, ...inner] = shape as readonly [number, ...number[]];
  const width = sizeOf(inner);
  const each = Array.from({ length: count }, (_, row) =>
    inner.length === 0
      ? at(data[row]!, () => ["series", row])
      : at(data.subarray(row * width, (row + 1) * width), (k) => ["series", row, ...indicesOf(k, inner)]),
  );
  return [...each, ...silent];
};
