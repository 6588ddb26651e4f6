/** Adds the records so far to an error. Printing the error does not print them. */
export const withPartial = (error: unknown, partial: object): unknown => {
  if (!(error instanceof Error) || "partial" in error || !Object.isExtensible(error)) return error;
  return Object.defineProperty(error, "partial", { value: partial, configurable: true, writable: true });
};
