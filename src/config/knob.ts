import { z } from "zod";

/** What a person needs to know of one knob. Lives in the schema's metadata. */
export interface KnobDoc {
  /** Environment variable that sets it. */
  readonly env: string;
  /** Unit, or the kind of value. */
  readonly unit: string;
  /** What it does, and why the default is what it is. */
  readonly doc: string;
  /** True when the value must not be printed. */
  readonly secret?: boolean;
}

/** A value that may arrive as YAML (a number) or from the environment (its digits). */
const numeric = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?(e-?\d+)?$/i, "is not a number")
    .transform(Number),
]);

export function integer(min: number, max: number, byDefault: number, doc: KnobDoc) {
  return numeric
    .pipe(z.number().int().min(min).max(max))
    .default(byDefault)
    .meta({ ...doc, limits: `${min} to ${max}`, rule: `a whole number from ${min} to ${max}` });
}

export function real(min: number, max: number, byDefault: number, doc: KnobDoc) {
  return numeric
    .pipe(z.number().min(min).max(max))
    .default(byDefault)
    .meta({ ...doc, limits: `${min} to ${max}`, rule: `a number from ${min} to ${max}` });
}

export function text(byDefault: string, doc: KnobDoc) {
  return z
    .string()
    .max(4096)
    .default(byDefault)
    .meta({ ...doc, limits: "at most 4096 characters", rule: "text of at most 4096 characters" });
}

export function choice<const T extends readonly [string, ...string[]]>(
  values: T,
  byDefault: T[number],
  doc: KnobDoc,
) {
  return z
    .enum(values)
    .default(byDefault as never)
    .meta({ ...doc, limits: values.join(", "), rule: `one of ${values.join(", ")}` });
}

export function flag(byDefault: boolean, doc: KnobDoc) {
  return z
    .union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")])
    .default(byDefault)
    .meta({ ...doc, limits: "true, false", rule: "true or false" });
}
