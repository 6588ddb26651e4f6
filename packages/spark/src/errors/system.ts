/** What a program wanted to do with a file or folder. */
export type FileAction = "read" | "written" | "created" | "removed" | "used";

const choosePlace = "Choose another place.";
const tryAgain = "Try again later.";

/** Codes of the operating system: the reason, and the remedy; a second remedy is for everything but reading. */
const reasons: Readonly<Record<string, readonly [reason: string, remedy: string, other?: string]>> = {
  EACCES: ["there is no permission", "Change its permissions.", "Change the permissions or choose another place."],
  EAGAIN: ["the system is too busy", tryAgain],
  EBUSY: ["another program uses it", "Close that program and try again."],
  EDQUOT: ["the disk quota is used up", "Free some space or choose another place."],
  EEXIST: ["it exists already", "Choose another name."],
  EFBIG: ["the disk does not accept a file of this size", "Split it.", choosePlace],
  EHOSTDOWN: ["the network disk does not answer", "Check the connection."],
  EILSEQ: ["the disk does not accept its name", "Use letters and digits."],
  EINVAL: ["the disk does not accept it", "Check its name.", "Use letters and digits, or choose another place."],
  EIO: ["the disk failed", "Check the disk.", "Check the disk or choose another place."],
  EISDIR: ["it is a folder, not a file", "Name a file in it."],
  ELOOP: ["symbolic links form a loop", "Correct the links."],
  EMFILE: ["this program has too many open files", "Close some, or raise the limit of the system."],
  ENAMETOOLONG: ["its name or path is too long", "Shorten it."],
  ENFILE: ["the system has too many open files", "Close other programs."],
  ENODEV: ["its device is missing", "Check the disk."],
  ENOENT: ["it does not exist", "Correct the path."],
  ENOMEM: ["the system has no memory left", "Close other programs."],
  ENOSPC: ["no space is left on the disk", "Free some.", "Free some or choose another place."],
  ENOTCONN: ["the network disk is not connected", "Check the connection."],
  ENOTDIR: ["a part of its path is a file, not a folder", "Correct the path."],
  ENOTEMPTY: ["it is a folder that is not empty", "Name another one."],
  ENOTSUP: ["the disk does not support it", choosePlace],
  ENXIO: ["its device is missing", "Check the disk."],
  EPERM: [
    "the system does not permit it",
    "Change its permissions.",
    "Change the permissions or choose another place.",
  ],
  EROFS: ["the disk is read-only", "Choose a place on another disk."],
  ESTALE: ["the network disk no longer knows it", "Mount the disk again."],
  ETIMEDOUT: ["the network disk does not answer", "Check the connection."],
  ETXTBSY: ["it is a program that is running", "End that program and try again."],
  ERR_INVALID_ARG_VALUE: ["its path contains a null character", "Correct the path."],
};

/** The code of an error of the operating system, such as "ENOSPC"; undefined for other errors. */
export const systemCode = (error: unknown): string | undefined => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
};

/** The reason and the remedy of an error of the operating system, as "the disk is read-only. Choose …". */
export const systemReason = (error: unknown, action: FileAction): string => {
  const code = systemCode(error);
  const known = code !== undefined && Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (known) {
    const [reason, remedy, other = remedy] = known;
    return `${reason}. ${action === "read" ? remedy : other}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  // Messages of Node have the form "EPROTO: protocol error, open 'file'".
  const said = new RegExp(`^${code}: ([^,]+)`).exec(message)?.[1];
  if (said !== undefined) return `the system reports "${said}" (${code}). Check the path and the disk.`;
  return `${message.replace(/\.$/, "")}. Check the path.`;
};
