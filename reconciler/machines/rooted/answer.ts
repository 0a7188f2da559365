/**
 * Whether the daemons of a rooted machine answer: one does when its unit is active and no file that it read when it was loaded says that it is
 * mute; it knows a site or a zone when the file for it is there and does not say that it is silent (programs/marks.ts).
 */
import type { Question } from '../../model/machine.ts';
import type { Host } from './host.ts';
import { isMuteIn } from './programs/checkers.ts';
import { isMarked, MARKS, markIn } from './programs/marks.ts';

const DAEMONS: { readonly [by in Question['by']]: { readonly units: readonly string[]; readonly folder: string } } = {
  http: { units: ['apache2.service'], folder: '/etc/apache2' },
  dns: { units: ['named.service'], folder: '/etc/bind' },
  smtp: { units: ['postfix.service', 'postfix@-.service'], folder: '/etc/postfix' },
  imap: { units: ['dovecot.service'], folder: '/etc/dovecot' },
  ssh: { units: ['ssh.service'], folder: '/etc/ssh' },
};

/** Answer a question about a daemon; null, or why it does not answer. */
export function answer(host: Host, question: Question): string | null {
  const { units, folder } = DAEMONS[question.by];
  const running = host.store.table('units');
  if (!units.some((unit) => running.get(unit) === 'active')) return 'there is no answer';
  if (isMuteIn(host, folder)) return 'there is no answer';
  const path = fileOf(question);
  if (path === null) return null;
  const stats = host.stats(path);
  const isSilent = stats?.isFile() !== true || (isMarked(host, { path, stats }) && markIn(host, path, MARKS.silent) !== null);
  return isSilent ? 'it does not know this name' : null;
}

function fileOf(question: Question): string | null {
  if (question.by === 'http' && question.unlike !== undefined) return `/etc/apache2/croft/sites/${question.name}.conf`;
  return question.by === 'dns' && question.zone !== null ? `/etc/bind/croft/zones/${question.zone}.zone` : null;
}
