/** Whether bytes look like a file of NeuroML 2 or LEMS: XML with their root element. */
export const looksLikeNeuroml = (bytes: Uint8Array): boolean => {
  const text = new TextDecoder().decode(bytes.subarray(0, 2 ** 16));
  // Declarations and comments come before the root.
  let at = 0;
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++;
    const end = text.startsWith("<!--", at) ? "-->" : text.startsWith("<?", at) ? "?>" : ">";
    if (end === ">" && !text.startsWith("<!", at)) break;
    const found = text.indexOf(end, at);
    if (found < 0) return false;
    at = found + end.length;
  }
  return /^<(?:[A-Za-z]\w{0,30}:)?(?:neuroml|Lems)[\s>/]/.test(text.slice(at, at + 60));
};
