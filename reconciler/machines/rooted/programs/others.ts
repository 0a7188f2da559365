/** loginctl, postmap and postalias, as far as croft asks them. Source: loginctl(1), postmap(1). */
import { digest } from '../../../model/digest.ts';
import type { Ran } from '../../run.ts';
import type { Host } from '../host.ts';
import { fails, fine, lines, words, type Program } from './program.ts';

/** Who is logged in, and putting somebody out. */
export const loginctl: Program = {
  deb: null,
  mutates: (args) => (words(args).words[0] ?? '').startsWith('terminate-'),
  run(host, args) {
    const { words: [verb = 'list-users', user = ''] } = words(args, ['-p', '--property']);
    if (verb === 'list-users') return fine(lines([...host.store.table('sessions').keys()].map((name) => `${uidOf(host, name)} ${name} no active`)));
    if (!host.store.table('sessions').has(user)) return fails(`Could not ${verb} ${user}: User ID ${uidOf(host, user)} is not logged in or lingering`);
    if (verb === 'terminate-user') return terminate(host, user);
    return verb === 'show-user' ? show(host, user) : fails(`Unknown command verb ${verb}.`);
  },
};

/** Make a table that Postfix looks things up in, of each `lmdb:PATH`. */
export const postmap: Program = {
  deb: 'postfix',
  mutates: (args) => !args.includes('-q') && !args.includes('-s'),
  run(host, args) {
    for (const word of words(args).words) {
      const [type = '', path = ''] = word.includes(':') ? word.split(':') : ['hash', word];
      const text = host.text(path);
      if (text === null) return fails(`postmap: fatal: open ${path}: No such file or directory`);
      host.file(`${path}.${type === 'lmdb' ? 'lmdb' : 'db'}`, `a table of ${digest(text)}\n`);
    }
    return fine();
  },
};

function terminate(host: Host, user: string): Ran {
  host.store.keep('sessions', [[user, null]]);
  return fine();
}

function show(host: Host, user: string): Ran {
  return fine(lines([`UID=${uidOf(host, user)}`, `Name=${user}`, 'State=active', `Sessions=${sessions(host, user).join(' ')}`, 'Linger=no']));
}

function sessions(host: Host, user: string): readonly string[] {
  return Array.from({ length: Number(host.store.table('sessions').get(user) ?? 0) }, (_none, index) => String(index + 1));
}

function uidOf(host: Host, user: string): number {
  host.ground.names.refresh();
  return host.ground.names.ids({ owner: user, group: 'root' }, user).uid;
}
