import type { Node } from '../model/machine.ts';
import type { State } from '../model/resource.ts';

/** Who may do what with a path, in normal form. Shape: mode as four octal digits; owner and group by name. */
export type Access = { readonly mode: string; readonly owner: string; readonly group: string };

/** What a constructor may be told about access; what is left out is the kind's default. */
export type AccessWish = Partial<Access>;

const modes = /^[0-7]{4}$/;
const names = /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,10})$/;

/** Complete a wish to root's own, with the mode given as default. Errors: throws for what is no mode or no account name. */
export function access(wish: AccessWish, mode: string): Access {
  const complete = { mode: wish.mode ?? mode, owner: wish.owner ?? 'root', group: wish.group ?? 'root' };
  if (!modes.test(complete.mode)) throw new Error(`cannot use mode ${JSON.stringify(complete.mode)}: a mode is four octal digits`);
  for (const name of [complete.owner, complete.group]) {
    if (!names.test(name)) throw new Error(`cannot give a path to ${JSON.stringify(name)}: that is no account name`);
  }
  return complete;
}

/** Read the access of what stands at a path. */
export function accessOf(node: Node): Access {
  return { mode: node.mode, owner: node.owner, group: node.group };
}

/** Take the access out of a desired state that a constructor made. */
export function desiredAccess(desired: State): Access {
  return { mode: String(desired['mode']), owner: String(desired['owner']), group: String(desired['group']) };
}

/** Is this one of the attributes that an `access` step sets? */
export function isAccess(attribute: string): boolean {
  return attribute === 'mode' || attribute === 'owner' || attribute === 'group';
}
