export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON Schema as plain data. */
export interface JsonSchema {
  readonly [key: string]: JsonValue;
}

/** The schema of an object with these keys and no others. */
export const objectSchema = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
  description?: string,
): JsonSchema => ({
  ...(description !== undefined && { description }),
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** A reference to a definition of the document's schema. */
export const schemaOf = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
