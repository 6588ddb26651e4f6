/** Values of every kind, for arguments from plain JavaScript. */
export const junk: readonly unknown[] = [
  undefined,
  null,
  7,
  -1,
  Number.NaN,
  "x",
  true,
  {},
  [],
  [1, "2"],
  { foo: 1 },
  () => 1,
  new Map(),
  { length: 3 },
];

/** Lists of arguments: none, one and two of every kind, and a third after a name and an object. */
export function* argumentsOfEveryKind(): Generator<readonly unknown[]> {
  yield [];
  for (const first of junk) {
    yield [first];
    for (const second of junk) yield [first, second];
  }
  for (const third of junk) yield ["X", {}, third];
}

/** The names of the functions of a module that users call. */
export const functionsOf = (module: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(module).filter((name) => {
    const value = module[name];
    return typeof value === "function" && !Function.prototype.toString.call(value).startsWith("class");
  });

/** Calls a function, and takes all that it generates: a generator checks its arguments only then. */
export const callThrough = async (call: () => unknown): Promise<void> => {
  const result = await call();
  if (Object.prototype.toString.call(result) === "[object Generator]") Array.from(result as Iterable<unknown>);
};
