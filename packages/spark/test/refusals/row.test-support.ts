type Class = new (...args: never[]) => Error;

/** A wrong use: what is called, the class of the error, and all that it says. */
export type Row = readonly [name: string, call: () => unknown, kind: Class, message: string];

/** JavaScript callers have no types: this makes wrong values of any kind fit. */
export const wrong = (value: unknown): never => value as never;

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
