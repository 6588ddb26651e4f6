/** float: the run's precision (f32 or f64). int: 32 bits. bool: a truth value. */
export type DType = "float" | "int" | "bool";
