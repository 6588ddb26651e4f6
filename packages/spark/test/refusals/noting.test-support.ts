/** The classes of the errors that each public function has thrown, by "name" or "Class.method". */
export const thrown = new Map<string, Set<string>>();

const isGenerator = (value: unknown): value is Generator =>
  Object.prototype.toString.call(value) === "[object Generator]";

function* noteItems(items: Generator, add: (error: unknown) => never): Generator {
  try {
    yield* items;
  } catch (error) {
    add(error);
  }
}

/** The function, which notes its errors under a name. */
const note = <F extends object>(name: string, call: F): F =>
  new Proxy(call, {
    apply(target, self, args) {
      const add = (error: unknown): never => {
        const classes = thrown.get(name) ?? new Set();
        thrown.set(name, classes.add((error as Error).name));
        throw error;
      };
      try {
        const result: unknown = Reflect.apply(target as never, self, args);
        if (isGenerator(result)) return noteItems(result, add);
        return result instanceof Promise ? result.catch(add) : result;
      } catch (error) {
        return add(error);
      }
    },
  });

const noteMethods = (name: string, type: { readonly prototype?: object }): void => {
  for (const holder of [type, type.prototype!]) {
    for (const [key, found] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      const call: unknown = found.value;
      if (key === "constructor" || typeof call !== "function") continue;
      Object.defineProperty(holder, key, { ...found, value: note(`${name}.${key}`, call) });
    }
  }
};

/** A module whose functions, and the methods of whose classes, note their errors. */
export const noting = async (load: () => Promise<unknown>): Promise<Readonly<Record<string, unknown>>> => {
  const noted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries((await load()) as object)) {
    noted[name] = value;
    if (name === "analysis") {
      noted[name] = Object.fromEntries(Object.entries(value as object).map(([key, call]) => [key, note(key, call)]));
    } else if (typeof value === "function") {
      if (!Function.prototype.toString.call(value).startsWith("class")) noted[name] = note(name, value);
      else if (!name.endsWith("Error")) noteMethods(name, value);
    }
  }
  return noted;
};
