const HDF5 = [0x89, 0x48, 0x44, 0x46];

/** Whether bytes look like an HDF5 file. Its content is read when it is opened. */
export const looksLikeHdf5 = (bytes: Uint8Array): boolean => HDF5.every((byte, k) => bytes[k] === byte);
