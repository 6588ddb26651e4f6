/** A value that changes. `subscribe` calls the listener at once and after each change, and returns a function that ends it. */
export interface Readable<T> {
  get(): T;
  subscribe(listener: (value: T) => void): () => void;
}

export interface Writable<T> extends Readable<T> {
  set(value: T): void;
  update(change: (value: T) => T): void;
}

/** Holds a value. Setting an identical value calls no listener. */
export const writable = <T>(first: T): Writable<T> => {
  let value = first;
  const listeners = new Set<(value: T) => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) listener(value);
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => {
      listeners.add(listener);
      listener(value);
      return () => void listeners.delete(listener);
    },
  };
};

/** A value that follows another one. */
export const derived = <S, T>(source: Readable<S>, compute: (value: S) => T): Readable<T> => {
  let last: { readonly of: S; readonly value: T } | undefined;
  const computed = (of: S): T => {
    if (last === undefined || !Object.is(last.of, of)) last = { of, value: compute(of) };
    return last.value;
  };
  return {
    get: () => computed(source.get()),
    subscribe: (listener) => {
      let before: { readonly value: T } | undefined;
      return source.subscribe((of) => {
        const value = computed(of);
        if (before !== undefined && Object.is(before.value, value)) return;
        before = { value };
        listener(value);
      });
    },
  };
};

/**
 * A value that follows another one, at most once every `pause` ms, except where `isUrgent` compares the last shown value
 * with the next one and finds that it may not wait.
 */
export const throttled = <T>(
  source: Readable<T>,
  pause: number,
  isUrgent: (shown: T, next: T) => boolean,
): Readable<T> => ({
  get: source.get,
  subscribe: (listener) => {
    let shown: T | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        if (source.get() !== shown) show();
      }, pause);
      shown = source.get();
      listener(shown);
    };
    const end = source.subscribe((next) => {
      if (timer === undefined || shown === undefined || isUrgent(shown, next)) show();
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  },
});
