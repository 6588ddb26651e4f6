/** A table whose names have something in front. */
export type Prefixed<Prefix extends string, Table> = {
  [Name in keyof Table as `${Prefix}${Name & string}`]: Table[Name];
};

/** Puts something in front of every name: what an instruction means for one type it means for others. */
export function prefixed<Prefix extends string, Table extends object>(
  prefix: Prefix,
  table: Table,
): Prefixed<Prefix, Table> {
  const entries = Object.entries(table).map(([name, meaning]) => [`${prefix}${name}`, meaning]);
  return Object.fromEntries(entries) as Prefixed<Prefix, Table>;
}

/** Round half to even, from the definition. */
export function nearest(a: number): number {
  if (!Number.isFinite(a) || Math.abs(a) >= 2 ** 52) return a;
  const below = Math.floor(a);
  const rest = a - below;
  const result = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return result === 0 && (a < 0 || Object.is(a, -0)) ? -0 : result;
}
