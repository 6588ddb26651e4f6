/*
 * Types that keep the exact type of an object literal and still report its mistakes at the wrong key. A generic parameter
 * that is inferred from a literal accepts every key, whereas an error of the plain type names the wrong one.
 */

/** Keys of all objects of a union. */
type KeyOf<S> = S extends object ? keyof S : never;
/** The type of a key in a union of objects. */
type At<S, K> = S extends object ? (K extends keyof S ? S[K] : never) : never;

/** Whether the allowed type has every key of a literal, at every depth. */
type IsExact<T, S> = T extends readonly unknown[] | ArrayBufferView
  ? true
  : T extends object
    ? [keyof T] extends [KeyOf<S>]
      ? { [K in keyof T]: IsExact<T[K], At<S, K>> }[keyof T] extends true
        ? true
        : false
      : false
    : true;

/** The type of a literal if it fits the allowed type, otherwise the allowed type, whose errors name the mistake. */
export type Exactly<R, Allowed> = [R] extends [Allowed]
  ? [IsExact<R, Allowed>] extends [true]
    ? R & Allowed
    : Allowed
  : Allowed;
