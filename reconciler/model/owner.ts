/** Who answers for a thing: the co-op as a whole, or one member. */
export type Owner = 'coop' | `member:${string}`;

/** Name the owner of a path of the configuration repository. The path decides, never a field in a file. */
export function ownerOf(path: string): Owner {
  const inside = path.replace(/^desired-state\//, '');
  const member = /^members\/([^/]+)\//.exec(inside) ?? /^members\/([a-z][a-z0-9-]*)$/.exec(inside);
  return member?.[1] === undefined ? 'coop' : `member:${member[1]}`;
}

/** Say an owner as people do: `ada`, or `the co-op`. */
export function ownerName(owner: Owner): string {
  return owner === 'coop' ? 'the co-op' : owner.slice('member:'.length);
}
