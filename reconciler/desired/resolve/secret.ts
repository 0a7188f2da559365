import type { Host, Secret } from '../../model/desired.ts';
import type { Checked } from '../../model/problem.ts';
import type { Document } from '../documents.ts';
import { finding, shown } from '../finding.ts';
import { didYouMean } from '../nearest.ts';
import { all, complete, is, taker, type Taker } from '../take.ts';

/** What a secret's document refers to. */
export interface Around {
  readonly hosts: readonly Host[];
  readonly unreadable: ReadonlySet<string>;
}

/** Parse a secret and find the hosts that need it. What it holds stays sealed. */
export function resolveSecret(document: Document<'secret'>, around: Around): Checked<Secret | null> {
  const { value, at, owner } = document;
  const taking = taker(document);
  const fields = complete({
    name: taking.take(is.label, document.name, []),
    hosts: all(value.hosts.map((_, index) => hostOf(document, index, { around, taking }))),
    sealed: taking.take(is.sealed, value.sealed, ['sealed']),
  });
  return { value: fields && { ...fields, hosts: fields.hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1)), owner, source: at() }, problems: taking.problems };
}

/** A host can open only what is sealed to the key of its sshd, so that must be known, and of the one type that age seals to. */
function hostOf({ value, at }: Document<'secret'>, index: number, { around, taking }: { readonly around: Around; readonly taking: Taker }): Host | null {
  const name = value.hosts[index] ?? '';
  const source = at('hosts', index);
  const host = around.hosts.find((each) => each.name === name);
  if (host === undefined) return around.unreadable.has(`host ${name}`) ? null : taking.note(finding(source, {
    code: 'secret/unknown-host', message: `cannot give a secret to ${shown(name)}: there is no such host`,
    hint: didYouMean(name, around.hosts.map((each) => each.name)), against: 'coop',
  }));
  if (host.sshHostKey?.type === 'ssh-ed25519') return host;
  return taking.note(finding(source, {
    code: 'secret/host-without-key', message: `cannot give a secret to ${shown(name)}: its ssh host key is not declared`,
    hint: `an admin can add \`ssh-host-key\` to hosts/${name}.yaml, the line of /etc/ssh/ssh_host_ed25519_key.pub`, against: 'coop',
  }));
}
