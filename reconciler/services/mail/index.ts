/**
 * Mail, by Postfix and Dovecot. Postfix (SMTP on 25, submission on 587 and 465) decides from maps who has an address here and who may use
 * it as a sender; Dovecot (IMAP on 143 and 993) keeps the mail, takes it from Postfix by LMTP (RFC 2033) and answers Postfix's questions
 * about logins (SASL). All users are virtual: none of them is a Unix account, and all mail is croft-vmail's. croft owns the whole of
 * main.cf, master.cf and dovecot.conf and a directory beside each; the rows of the shared tables in these are their members'. Mail lives
 * on one host, the first by name with the role. Source: Postfix' VIRTUAL_README and SASL_README; doc.dovecot.org.
 */
import type { Claim } from '../../model/claim.ts';
import type { DesiredState, Host } from '../../model/desired.ts';
import { absPath } from '../../model/grammar/paths.ts';
import type { Provenance, Resource } from '../../model/resource.ts';
import type { Scope, Service } from '../../model/service.ts';
import type { AbsPath } from '../../model/values.ts';
import { renderDovecot, type DovecotVersion } from '../../formats/dovecot.ts';
import type { MailStore } from '../../formats/dovecot/store.ts';
import { renderMain, renderMaster } from '../../formats/postfix.ts';
import { directory } from '../../resources/directory.ts';
import { file } from '../../resources/file.ts';
import { home } from '../../resources/home.ts';
import { packages } from '../../resources/packages.ts';
import { sessions } from '../../resources/sessions.ts';
import { table, type Row } from '../../resources/table.ts';
import { unit } from '../../resources/unit.ts';
import { claimsOf } from './claims.ts';
import * as maps from './maps.ts';
import { mainParameters, masterServices, type PostfixMap } from './postfix.ts';
import { keeper, logins, users } from './users.ts';

/** Mail domains, on the host that keeps the co-op's mail. */
export const mail: Service = {
  name: 'mail',
  *claims(state): Iterable<Claim> {
    const host = mailHost(state);
    if (host !== undefined) yield* claimsOf(state, host);
  },
  *compile(scope): Iterable<Resource> {
    if (mailHost(scope.state)?.name !== scope.host.name) return;
    const whose = { owner: 'coop', source: scope.host.source } as const;
    yield packages('mail', ['postfix', 'dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'ssl-cert'], { ...whose, needs: ['file:/usr/sbin/policy-rc.d'] });
    yield* postfix(scope, whose);
    yield* dovecot(scope, whose);
    yield* leave(scope);
  },
};

/** Whoever may no longer log in is also cut off, once the logins no longer let her back in. */
function* leave({ state }: Scope): Iterable<Resource> {
  for (const { owner, suspended, mailboxes } of state.mailDomains) {
    if (!suspended) continue;
    for (const { address, source } of mailboxes) yield sessions(address, { owner, source, after: [`table:${dovecotOwn}/passwd`, 'unit:dovecot.service'] });
  }
}

function mailHost(state: DesiredState): Host | undefined {
  return state.hosts.find(({ roles }) => roles.includes('mail'));
}

const postfixOwn = '/etc/postfix/croft';
const dovecotOwn = '/etc/dovecot/croft';

function* postfix({ state, host }: Scope, whose: Provenance): Iterable<Resource> {
  const installed: Provenance = { ...whose, needs: ['packages:mail'] };
  const [main, master] = ['/etc/postfix/main.cf', '/etc/postfix/master.cf'];
  const tables = Object.entries(postfixMaps(state)).map(([name, rows]) => (
    table(`${postfixOwn}/${name}`, { layout: 'map', rows, mode: '0640', group: 'postfix' }, { ...whose, needs: [`directory:${postfixOwn}`] })));
  yield directory(postfixOwn, { mode: '0750', group: 'postfix', exclusive: true }, installed);
  yield* tables;
  yield file(main, { text: renderMain(host.source, mainParameters({ state, host }, (name) => path(`${postfixOwn}/${name}`))) }, installed);
  yield file(master, { text: renderMaster(host.source, masterServices) }, installed);
  // Postfix reads a texthash map once for each process, so a change of one wants a reload like a change of main.cf. Its check (3.7 and 3.10
  // alike) refuses what is no line of main.cf or master.cf and what is no number; it opens no map, and takes a map that is not there.
  const probes = [{ by: 'smtp', port: 25 }] as const;
  const load = { reads: [`${postfixOwn}/`, main, master], check: ['postfix', 'check'], reload: ['postfix', 'reload'], probes };
  const instance = postfixUnit(host);
  yield unit(instance, { ...(host.debian === 12 ? {} : { enabled: true }), active: true, load }, {
    ...whose, needs: ['packages:mail', `file:${main}`, `file:${master}`, 'directory:/var/lib/croft/loaded', ...tables.map(({ id }) => id)],
  });
  if (host.debian === 12) yield unit('postfix.service', { enabled: true, active: true }, { ...whose, needs: ['packages:mail', `unit:${instance}`] });
}

/** In Debian 12 postfix.service does nothing but want the instance `-`, and stays active when that has stopped. */
function postfixUnit({ debian }: Host): 'postfix@-.service' | 'postfix.service' {
  return debian === 12 ? 'postfix@-.service' : 'postfix.service';
}

function postfixMaps(state: DesiredState): { readonly [name in PostfixMap]: readonly Row[] } {
  return {
    'virtual-mailbox-domains': maps.domains(state),
    'virtual-mailboxes': maps.mailboxes(state),
    'virtual-aliases': maps.aliases(state),
    'sender-logins': maps.senderLogins(state),
    'own-senders': maps.ownSenders(state),
    'refused-recipients': maps.refusedRecipients(state),
    'local-aliases': maps.localAliases(state),
  };
}

function* dovecot({ state, host }: Scope, whose: Provenance): Iterable<Resource> {
  const version: DovecotVersion = host.debian === 12 ? '2.3' : '2.4';
  const conf = '/etc/dovecot/dovecot.conf';
  const access = { layout: 'dovecot-users', mode: '0640', group: 'dovecot' } as const;
  const inside: Provenance = { ...whose, needs: [`directory:${dovecotOwn}`] };
  const lookups = [
    table(`${dovecotOwn}/passwd`, { ...access, rows: logins(state) }, inside),
    table(`${dovecotOwn}/users`, { ...access, rows: users(state, version) }, inside),
  ];
  yield directory(dovecotOwn, { mode: '0750', group: 'dovecot', exclusive: true }, { ...whose, needs: ['packages:mail'] });
  yield* mailboxes(state, whose);
  yield* lookups;
  yield file(conf, { text: renderDovecot(host.source, version, store({ state, host })), check: ['doveconf', '-n', '-c', '{}'] }, {
    ...whose, needs: ['packages:mail'],
  });
  // Users are looked up in their files each time, so only dovecot.conf is ever loaded. Its sockets for Postfix are in Postfix' own
  // directory, which the first start of Postfix makes.
  const probes = [{ by: 'imap', port: 143 }] as const;
  const load = { reads: [conf], check: ['doveconf', '-n'], reload: ['doveadm', 'reload'], probes };
  yield unit('dovecot.service', { enabled: true, active: true, load }, {
    ...whose,
    needs: ['packages:mail', `file:${conf}`, `directory:${keeper.root}`, 'directory:/var/lib/croft/loaded', ...lookups.map(({ id }) => id)],
    after: [`unit:${postfixUnit(host)}`],
  });
}

/**
 * Each mailbox is a directory of data, made here and not by Dovecot, which may write in it and in nothing above: so that one that nobody
 * declares any more can be moved aside by root, where no daemon could put a link of its own.
 */
function* mailboxes({ mailDomains }: DesiredState, whose: Provenance): Iterable<Resource> {
  const above = { mode: '0750', group: keeper.name };
  yield directory(keeper.root, above, { ...whose, needs: ['table:/var/lib/extrausers/passwd', 'table:/var/lib/extrausers/group'] });
  for (const { name, owner, source, mailboxes: boxes } of mailDomains) {
    const theirs = `${keeper.root}/${name}`;
    yield directory(theirs, above, { owner, source, needs: [`directory:${keeper.root}`] });
    for (const box of boxes.filter(({ sendOnly }) => !sendOnly)) {
      yield home(`${theirs}/${box.localPart}`, { owner: keeper.name, group: keeper.name }, { owner, source: box.source, needs: [`directory:${theirs}`] });
    }
  }
}

function store({ state, host }: Scope): MailStore {
  return {
    hostname: host.fqdn,
    postmaster: state.cluster.contact,
    uid: keeper.uid,
    passwd: path(`${dovecotOwn}/passwd`),
    users: path(`${dovecotOwn}/users`),
    certificate: path('/etc/ssl/certs/ssl-cert-snakeoil.pem'),
    certificateKey: path('/etc/ssl/private/ssl-cert-snakeoil.key'),
    lmtpSocket: path('/var/spool/postfix/private/dovecot-lmtp'),
    authSocket: path('/var/spool/postfix/private/auth'),
  };
}

function path(text: string): AbsPath {
  const parsed = absPath(text);
  if (parsed === null) throw new Error(`cannot use ${JSON.stringify(text)} as a path`);
  return parsed;
}
