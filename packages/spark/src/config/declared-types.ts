import { custom } from "./options.ts";
import { describe, isRecord } from "./shape.ts";

/**
 * Declared types by name, such as custom somas.
 *
 * @param many the plural, such as "somas"
 * @param one the singular, such as "a soma"
 * @param part the property that holds the declaration
 */
export const declaredTypes = <T extends object>(many: string, one: string, remedy: string, part: "model" | "rule") =>
  custom<Readonly<Record<string, T>>>({
    about: `${many} by name.`,
    takes: `${many} by name`,
    schema: {},
    read: (value, site) => {
      if (!isRecord(value)) return site.refuse(`takes ${many} by name; received ${describe(value)}. ${remedy}`);
      for (const [name, type] of Object.entries(value)) {
        const own = (typeof type === "function" || isRecord(type)) && (type as { readonly [part: string]: unknown });
        if (own && isRecord(own[part])) continue;
        site.at(name).refuse(`must be ${one}; received ${describe(type)}. ${remedy}`);
      }
      return value as Readonly<Record<string, T>>;
    },
  });
