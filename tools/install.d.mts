export const root: string;
export const versionProblem: (given: string) => string | undefined;
export const installReason: (folder: string) => string | undefined;
export const markInstalled: (folder: string) => void;
export const ensureInstalled: (folder?: string) => void;
