/** float: the run's precision (f32 or f64). int: 32 bits, signed. bool: a truth value. */
export type DType = "float" | "int" | "bool";
