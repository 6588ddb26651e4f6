export const tiers: Readonly<Record<"backends" | "product", readonly string[]>>;
export const tierOf: (file: string) => string;
export const names: (listed: string, file: string) => boolean;
export const packagesToBuild: (files: readonly string[]) => string[];
export const patternsOf: (listed: readonly string[]) => string[];
