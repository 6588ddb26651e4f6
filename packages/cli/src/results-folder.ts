import { mkdir, readdir } from "node:fs/promises";
import { FileError } from "spark-snn";

/** Makes the folder of results, and says whether it was not there before. @throws FileError where it cannot be made, or holds files and `force` is false. */
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
        ? "a file stands in its place. Name another folder."
        : code === "EACCES" || code === "EPERM" || code === "EROFS"
          ? "there is no permission. Choose another place."
          : `${message}.`;
    throw new FileError(`${shown} cannot be made a folder: ${reason}`, { cause: error });
  }
  if (present.length > 0 && !force) {
    throw new FileError(
      `${shown} is not empty; it holds ${present.slice(0, 3).join(", ")}${present.length > 3 ? " and more" : ""}. Name another folder, or write over it with --force.`,
    );
  }
  return made !== undefined;
};
