import type { Change, Difference } from '../model/plan.ts';

const keys = '/etc/ssh/authorized_keys.d/';
const accounts: readonly string[] = ['/var/lib/extrausers/passwd', '/var/lib/extrausers/shadow'];
const logins = '/etc/dovecot/croft/passwd';

/**
 * Would a change close a way in: end a session, take a key or a login away, let an account expire? Of a file of keys only the digest
 * is known, so one that changes counts as well: rather told once too often.
 */
export function closes({ verb, resource, differences }: Pick<Change, 'verb' | 'resource' | 'differences'>): boolean {
  const { kind, name } = resource;
  if (kind === 'sessions') return true;
  if (kind === 'file' && name.startsWith(keys)) return verb === 'remove' || verb === 'update';
  if (kind !== 'table') return false;
  if (accounts.includes(name)) return differences.some(isShut);
  return name === logins && differences.some(({ attribute, actual }) => attribute.endsWith('.password') && actual !== null);
}

function isShut({ attribute, actual, desired }: Difference): boolean {
  if (desired === null) return actual !== null && attribute.endsWith('.uid');
  return attribute.endsWith('.expire') ? desired !== '' && actual !== null : attribute.endsWith('.shell') && actual !== null && /\/(?:nologin|false)$/.test(String(desired));
}
