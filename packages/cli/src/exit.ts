/** Exit codes with their meanings; the help prints this table. */
export const exitCodes = {
  done: [0, "done"],
  unexpected: [1, "an unexpected error in the program"],
  usage: [2, "the command line is invalid"],
  document: [3, "the experiment has a problem"],
  file: [4, "a file cannot be read or written"],
  memory: [5, "the run needs more memory than its limit allows"],
  nonFinite: [6, "a state variable became NaN or infinite; the records so far are written, marked as incomplete"],
  interrupted: [130, "interrupted; the records so far are written, marked as incomplete"],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;
