import type { Files } from "../../core/files-of.ts";

const contentOf = async (file: File): Promise<Uint8Array> => {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Error(
      `${file.name} cannot be read. If it is a folder, choose the files in it, or put the folder into a zip.`,
    );
  }
};

/** The content of files that were chosen or dropped. @throws Error with a sentence for the user */
export const filesIn = async (files: Iterable<File>): Promise<Files> =>
  Object.fromEntries(await Promise.all([...files].map(async (file) => [file.name, await contentOf(file)] as const)));
