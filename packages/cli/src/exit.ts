/** What the exit code says; also the table in the help. */
export const exitCodes = {
  done: [0, "done"],
  unexpected: [1, "something unexpected: a mistake in the program"],
  usage: [2, "the command cannot be understood"],
  document: [3, "the experiment has a problem"],
  file: [4, "a file cannot be read or written"],
  memory: [5, "the run needs more memory than it may take"],
  interrupted: [130, "interrupted; what was recorded is there, marked as incomplete"],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;
