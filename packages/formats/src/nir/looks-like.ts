import { looksLikeHdf5 } from "../hdf5/signature.ts";

const NAME = [..."NIRGraph"].map((letter) => letter.charCodeAt(0));

/** Whether bytes look like a NIR file: HDF5 that contains the type of a graph. */
export const looksLikeNir = (bytes: Uint8Array): boolean => {
  if (!looksLikeHdf5(bytes)) return false;
  for (let at = bytes.indexOf(NAME[0]!); at >= 0; at = bytes.indexOf(NAME[0]!, at + 1)) {
    if (NAME.every((code, k) => bytes[at + k] === code)) return true;
  }
  return false;
};
