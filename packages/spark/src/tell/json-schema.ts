export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON Schema as plain data. */
export interface JsonSchema {
  readonly [key: string]: JsonValue;
}
