/** Brand a value that its grammar has accepted; null when it has not. Only the parsers beside this file call it. */
export function branded<Base extends string | number, Brand extends Base>(value: Base, right: boolean): Brand | null {
  const accepted = (candidate: Base): candidate is Brand => right && candidate === value;
  return accepted(value) ? value : null;
}
