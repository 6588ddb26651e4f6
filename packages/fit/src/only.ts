/** The same object with those of the keys that it has. */
export const only = <T extends object, K extends keyof T & string>(given: T, keys: readonly K[]): Pick<T, K> =>
  Object.fromEntries(keys.filter((key) => given[key] !== undefined).map((key) => [key, given[key]])) as Pick<T, K>;
