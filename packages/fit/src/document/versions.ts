import type { Migration } from "spark-snn/documents";

/** The steps of fit documents, as those of experiments: the first makes version 2 from version 1. */
export const fitMigrations: readonly Migration[] = [];
