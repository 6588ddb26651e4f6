/** Lets the browser save a file. */
export const download = (
  file: { readonly name: string; readonly bytes: Uint8Array | string | Blob } | undefined,
): void => {
  if (!file) return;
  const url = URL.createObjectURL(new Blob([file.bytes as BlobPart]));
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(url);
};
