export declare const missingFor: (manifest: object, folder: string) => string;
