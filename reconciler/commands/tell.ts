/**
 * Telling one host over ssh to look for news: log in as croft-kick with the git server's key and run anything at all. sshd runs
 * /usr/lib/croft/kick instead, whatever it was (sshd_config(5), ForceCommand), and the session is over.
 * Nothing secret is at stake, for the key is only shown to be there (RFC 4252 §7), but a push that nobody hears of should say so.
 */
import { said } from '../git/said.ts';
import { hostSession, type Entry, type Peer } from './host-ssh.ts';

/** The system user that croft's package makes on each host. */
export const kicker = 'croft-kick';

/** A host to tell. */
export interface Hearer extends Omit<Peer, 'user'> {
  readonly name: string;
}

/** With what to tell it, and how long to wait for it. */
export interface Voice extends Entry {
  readonly seconds: number;
}

/** Tell a host. Shape: null when it will look, else why it could not be told. Errors: GitError when a known_hosts file cannot be read. */
export async function tell(hearer: Hearer, voice: Voice): Promise<string | null> {
  const session = hostSession({ ...hearer, user: kicker }, voice);
  try {
    const answer = await session.run({ command: 'kick', seconds: voice.seconds, mostBytes: 4096 });
    if (!answer.ok) return answer.why;
    // What the program says when it has done it; a host where something else runs for this key has not been told.
    const heard = answer.status === 0 && !answer.cut && answer.all.endsWith(' will look for news\n');
    return heard ? null : `it answers ${said(answer.all)}, exit status ${answer.status ?? 'none'}`;
  } finally {
    session.close();
  }
}
