import { mkdir, readdir } from "node:fs/promises";
import { FileError } from "spark-snn";

/**
 * Creates the folder of results, and returns whether it is new. @throws FileError if it cannot be created, or if it
 * contains files and `force` is false.
 */
export const prepareFolder = async (folder: string, shown: string, force: boolean): Promise<boolean> => {
  let present: string[] = [];
  let made: string | undefined;
  try {
    made = await mkdir(folder, { recursive: true });
    present = await readdir(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === "EEXIST" || code === "ENOTDIR"
        ? "it is a file. Name another folder."
        : code === "EACCES" || code === "EPERM" || code === "EROFS"
          ? "there is no permission. Choose another place."
          : `${message}.`;
    throw new FileError(`${shown} cannot be created: ${reason}`, { cause: error });
  }
  if (present.length > 0 && !force) {
    throw new FileError(
      `${shown} is not empty; it contains ${present.slice(0, 3).join(", ")}${present.length > 3 ? " and more" : ""}. Name another folder, or write to this one with --force.`,
    );
  }
  return made !== undefined;
};
