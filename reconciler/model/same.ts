/** Are two values of plain data the same? The order of keys means nothing. A quarter of what isDeepStrictEqual takes, which must know of everything else. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((each, index) => same(each, other[index]));
  const fields = Object.keys(one);
  return !Array.isArray(other) && fields.length === Object.keys(other).length
    && fields.every((field) => Object.hasOwn(other, field) && same(Reflect.get(one, field), Reflect.get(other, field)));
}
