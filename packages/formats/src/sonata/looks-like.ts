/** Whether bytes look like a configuration of SONATA: JSON with its keys. */
export const looksLikeSonata = (bytes: Uint8Array): boolean => {
  const text = new TextDecoder().decode(bytes.subarray(0, 2 ** 16));
  if (!/^\s*\{/.test(text)) return false;
  const has = (key: string): boolean => new RegExp(`"${key}"\\s*:`).test(text);
  return has("networks") || (has("network") && (has("simulation") || has("run")));
};
