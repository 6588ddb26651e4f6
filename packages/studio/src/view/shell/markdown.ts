import createPurifier from "dompurify";
import { marked } from "marked";

/*
 * Markdown as HTML. Lessons come from files and links of anybody, so only harmless elements stay: no scripts, no forms,
 * and no pictures, which would tell their server who reads the lesson.
 */

const elements = [
  "p",
  "strong",
  "em",
  "code",
  "pre",
  "ul",
  "ol",
  "li",
  "a",
  "blockquote",
  "h3",
  "h4",
  "br",
  "sub",
  "sup",
];

const purifier = createPurifier(window);
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") {
    node.setAttribute("rel", "noopener noreferrer");
    node.setAttribute("target", "_blank");
  }
});

export const htmlOf = (markdown: string): string =>
  purifier.sanitize(marked.parse(markdown, { async: false }), { ALLOWED_TAGS: elements, ALLOWED_ATTR: ["href"] });
