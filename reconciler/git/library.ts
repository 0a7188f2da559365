/**
 * The git library, loaded where something of it is needed: a run that has nothing to do needs none of it. Of a package of CommonJS that is
 * imported where it is needed there is only `default` in the bundle (scripts/parts.mjs).
 */

/** Load it. */
export async function library(): Promise<typeof import('isomorphic-git').default> {
  return (await import('isomorphic-git')).default;
}
