/**
 * Hidden classes that outlive their objects. When V8 collects garbage while no object of a class is left, it forgets the hidden class of
 * these objects, and all code that was compiled for it is compiled anew: a program that was idle for a moment, or whose thousand tasks have all
 * ended, would run the next ones by the interpreter. One object of each class that is made often is kept, and that does not happen.
 */
export const exemplars: object[] = [];

export function keepShape(exemplar: object): void {
  exemplars.push(exemplar);
}
