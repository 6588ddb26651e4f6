export const moduleOf: (folder: string) => string | undefined;
export const writeTexts: () => void;
