/** A change, who signed it, and what comes of it; and what such cases are written with. */
import type { Risk, Rules } from '../../../../reconciler/model/authority.ts';
import type { Draft, Fields } from '../proposals.ts';

export interface Allowed {
  readonly path?: string;
  readonly risk: Risk;
  readonly reason?: string;
}

export interface Denied extends Allowed {
  readonly code: string;
  /** A part of the message. */
  readonly says: string;
  readonly of: readonly string[];
  readonly needed?: number;
  readonly line?: number;
  /** A part of the hint. */
  readonly hint?: string;
}

export interface Case {
  readonly name: string;
  readonly proposed: readonly Draft[];
  readonly rules?: Rules;
  /** Of the first path, or of those that are named. */
  readonly expected: readonly (Allowed | Denied)[];
}

export const green: Allowed = { risk: 'green' };
export const admins = ['dana', 'judy'];
export const byAdmin = { of: admins, needed: 1 };
export const byBoth = { of: admins, needed: 2 };

export const foreign = { risk: 'green', code: 'authority/foreign', of: ['ada', ...admins] } as const;
export const redByBoth = { risk: 'red', code: 'authority/needs-admins', ...byBoth } as const;
export const amberByAdmin = { risk: 'amber', code: 'authority/needs-admin', ...byAdmin } as const;
export const never = { risk: 'red', of: [], needed: 0 } as const;

export const ada: Fields = { name: 'Ada', uid: 10001, limits: 'regular', email: 'ada@elsewhere.example', domains: ['ada.example', 'lovelace.example'], ports: [20001, 20002], 'signing-keys': ['ssh-ed25519 one'] };
export const bob: Fields = { name: 'Bob', uid: 10002, limits: 'small', email: 'bob@elsewhere.example', domains: ['bob.example'] };
export const cluster: Fields = { name: 'Fairmeadow', domain: 'fairmeadow.example', admins: ['dana', 'judy'], trust: { approvals: 2 } };
export const site: Fields = { static: { root: 'sites/blog' }, aliases: ['www.ada.example'] };
export const blog = 'members/ada/vhosts/blog.ada.example.yaml';
export const shop = 'members/ada/vhosts/shop.ada.example.yaml';
export const adaYaml = 'members/ada/member.yaml';
export const bobYaml = 'members/bob/member.yaml';

/** A change of ada's member.yaml, signed as said. */
export function ownYaml(after: { readonly [field: string]: unknown }, by: readonly string[] = ['ada']): Draft {
  return { path: adaYaml, before: ada, after: { ...ada, ...after }, by };
}

/** A change of cluster.yaml. */
export function ofCluster(after: { readonly [field: string]: unknown }, by: readonly string[]): Draft {
  return { path: 'cluster.yaml', before: cluster, after: { ...cluster, ...after }, by };
}

/** A new file with an odd path, signed by everybody who has a say. */
export function odd(path: string, but: Partial<Draft> = {}): Draft {
  return { path, after: {}, is: 'note', by: ['ada', ...admins], ...but };
}
