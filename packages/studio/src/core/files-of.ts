/** Files by name, relative to the document that names them. */
export type Files = Readonly<Record<string, Uint8Array>>;
