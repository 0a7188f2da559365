/** Are two values of plain data the same? The order of keys means nothing. A quarter of what isDeepStrictEqual takes, which must know of everything else. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((each, index) => same(each, other[index]));
  if (Array.isArray(other)) return false;
  const fields = Object.keys(one);
  if (fields.length !== Object.keys(other).length) return false;
  const [these, those] = [one as Fields, other as Fields];
  for (const field of fields) {
    const value = these[field];
    // A text is the same when it is found, and nobody inherits one.
    if (typeof value === 'string' ? those[field] !== value : !Object.hasOwn(those, field) || !same(value, those[field])) return false;
  }
  return true;
}

type Fields = { readonly [field: string]: unknown };
