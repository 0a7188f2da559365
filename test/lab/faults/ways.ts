import type { Village } from './village.ts';

/** What a way to be broken has to work with. */
export interface Broken {
  readonly victim: string;
  readonly neighbour: string;
  /** The documents of the push: to be changed. */
  readonly documents: Map<string, string>;
  readonly village: Village;
}

/** One way in which a member can be broken, and what is to come of it. */
export interface Way {
  readonly name: string;
  /**
   * held: her last good version stays, and the report says why · failed: the host refuses hers, her last good version stays in the daemon ·
   * live: it is as she wanted, and only her own visitors see what is wrong
   */
  readonly becomes: 'held' | 'failed' | 'live';
  readonly break: (broken: Broken) => void;
  /** What git itself is to hold instead of a file: mode and content. */
  readonly raw?: (broken: Broken) => { readonly path: string; readonly mode: '120000' | '160000' | '100755'; readonly content: string };
  /** What is done on the host before the run, and undone after the row. */
  readonly onHost?: (victim: string) => readonly [string, string];
  /** What all others change in the same push; an alias of their mail unless it says so. */
  readonly beside?: 'zones' | 'sites';
  /** Nobody signs her change. */
  readonly unsigned?: true;
}

const site = (victim: string): string => `members/${victim}/vhosts/www.${victim}.example.yaml`;
const zone = (victim: string): string => `members/${victim}/zones/${victim}.example.yaml`;
const mail = (victim: string): string => `members/${victim}/mailboxes/${victim}.example.yaml`;
const member = (victim: string): string => `members/${victim}/member.yaml`;

/** Add to a document; VICTIM and NEIGHBOUR stand for their names. */
function append(path: (victim: string) => string, text: string): Way['break'] {
  return (broken) => broken.documents.set(path(broken.victim), (broken.documents.get(path(broken.victim)) ?? '') + named(text, broken));
}

function put(path: (victim: string) => string, text: string): Way['break'] {
  return (broken) => broken.documents.set(path(broken.victim), named(text, broken));
}

function named(text: string, { victim, neighbour }: Broken): string {
  return text.replaceAll('VICTIM', victim).replaceAll('NEIGHBOUR', neighbour);
}

const record = (fields: string): Way['break'] => append(zone, `  - { ${fields} }\n`);
const own = (name: string) => (victim: string): string => `members/${victim}/${name.replaceAll('VICTIM', victim)}`;
const nothing = (): void => undefined;
const home = (victim: string): string => `/home/${victim}/web`;

/** Every way of being broken that is known. Real daemons refuse the ones called so: croft's own rules let them pass. */
export const ways: readonly Way[] = [
  { name: 'invalid YAML', beside: 'sites', becomes: 'held', break: append(site, 'static: [\n') },
  { name: 'a key twice', becomes: 'held', break: append(site, 'static: { root: other }\n') },
  { name: 'an anchor', becomes: 'held', break: append(site, 'aliases: &all [a.VICTIM.example]\n') },
  { name: 'no text at all', becomes: 'held', break: put(zone, '') },
  { name: 'bytes that are no text', becomes: 'held', break: put(zone, '\u0000\u0001\u0002') },
  { name: 'a deep nest', becomes: 'held', break: put(site, `static: ${'['.repeat(2000)}${']'.repeat(2000)}\n`) },
  { name: 'a huge file', becomes: 'held', break: put(site, `static: { root: web }\n${'# a long story\n'.repeat(300_000)}`) },
  { name: 'an unknown field (schema)', beside: 'sites', becomes: 'held', break: append(site, 'colour: green\n') },
  { name: 'a wrong type (schema)', becomes: 'held', break: append(site, 'aliases: none\n') },
  { name: 'an unknown host (cross-reference)', becomes: 'held', break: append(site, 'host: nowhere\n') },
  { name: 'a foreign port (cross-reference)', becomes: 'held', break: put(own('vhosts/app.VICTIM.example.yaml'), 'proxy: { port: 20999 }\n') },
  { name: 'an unknown mail target (cross-reference)', becomes: 'held', break: append(mail, '  lost: [nobody]\n') },
  { name: 'mail that goes in circles', becomes: 'held', break: append(mail, '  here: [there]\n  there: [here]\n') },
  { name: 'more sites than the limit', beside: 'sites', becomes: 'held', break: ({ documents, victim }) => [1, 2, 3, 4, 5].forEach((each) => documents.set(`members/${victim}/vhosts/s${each}.${victim}.example.yaml`, 'static: { root: web }\n')) },
  { name: 'a site of the neighbour’s name (duplicate server name)', beside: 'sites', becomes: 'held', break: (broken) => broken.documents.set(`members/${broken.victim}/vhosts/www.${broken.neighbour}.example.yaml`, 'static: { root: web }\n') },
  { name: 'the neighbour’s name as an alias', becomes: 'held', break: append(site, 'aliases: [www.NEIGHBOUR.example]\n') },
  { name: 'the name of the default server', beside: 'sites', becomes: 'held', break: append(site, 'aliases: [unknown.invalid]\n') },
  { name: 'the host’s own name', becomes: 'held', break: append(site, 'aliases: [main.village.example]\n') },
  { name: 'one name on two sites of hers', becomes: 'held', break: ({ documents, victim }) => ['x', 'y'].forEach((each) => documents.set(`members/${victim}/vhosts/${each}.${victim}.example.yaml`, `static: { root: web }\naliases: [z.${victim}.example]\n`)) },
  { name: 'a zone of the neighbour’s', becomes: 'held', break: (broken) => broken.documents.set(`members/${broken.victim}/zones/${broken.neighbour}.example.yaml`, 'records: []\n') },
  { name: 'a name that is none', becomes: 'held', break: record('name: "x.y..", type: A, address: 198.51.100.1') },
  { name: 'the neighbour’s ssh key', becomes: 'held', break: (broken) => broken.documents.set(member(broken.victim), (broken.documents.get(member(broken.victim)) ?? '').replace(/ssh-keys:\n {2}- key: .*/, `ssh-keys:\n  - key: ${/key: (ssh-ed25519 \S+)/.exec(broken.documents.get(member(broken.neighbour)) ?? '')?.[1]}`)) },
  { name: 'a key that is none', becomes: 'held', break: (broken) => broken.documents.set(member(broken.victim), (broken.documents.get(member(broken.victim)) ?? '').replace(/ssh-keys:\n {2}- key: \S+ \S+/, 'ssh-keys:\n  - key: ssh-ed25519 AAAA')) },
  { name: 'her directory gone', becomes: 'held', break: ({ documents, victim }) => [...documents.keys()].filter((path) => path.startsWith(`members/${victim}/`)).forEach((path) => documents.delete(path)) },
  { name: 'her zone gone', beside: 'zones', becomes: 'held', break: ({ documents, victim }) => documents.delete(zone(victim)) },
  { name: 'a path that is no document’s', becomes: 'held', break: put(own('vhosts/UPPER_CASE.yaml'), 'static: { root: web }\n') },
  { name: 'a link in the repository', becomes: 'held', break: nothing, raw: ({ victim }) => ({ path: site(victim), mode: '120000', content: '/etc/shadow' }) },
  { name: 'a repository in the repository', becomes: 'held', break: nothing, raw: ({ victim }) => ({ path: own('vhosts/sub.VICTIM.example.yaml')(victim), mode: '160000', content: '' }) },
  { name: 'an unsigned change', beside: 'zones', becomes: 'held', break: record('name: forged, type: TXT, text: forged'), unsigned: true },
  { name: 'what only named-checkzone refuses: an address of a service name', beside: 'zones', becomes: 'failed', break: record('name: _foo, type: A, address: 198.51.100.1') },
  { name: 'what only named-checkzone refuses: mail for a service name', beside: 'zones', becomes: 'failed', break: record('name: _foo, type: MX, preference: 1, exchange: mx.elsewhere.example.') },
  { name: 'what only named-checkzone refuses: a wildcard delegation', beside: 'zones', becomes: 'failed', break: record('name: "*", type: NS, target: ns.elsewhere.example.') },
  { name: 'a missing document root', beside: 'sites', becomes: 'live', break: nothing, onHost: (victim) => [`mv ${home(victim)} /home/${victim}/away`, `mv /home/${victim}/away ${home(victim)}`] },
  { name: 'an unreadable document root', beside: 'sites', becomes: 'live', break: nothing, onHost: (victim) => [`chmod 0 ${home(victim)}`, `chmod 755 ${home(victim)}`] },
  { name: 'a document root that is a fifo', beside: 'sites', becomes: 'live', break: nothing, onHost: (victim) => [`mv ${home(victim)} /home/${victim}/away && mkfifo ${home(victim)}`, `rm ${home(victim)} && mv /home/${victim}/away ${home(victim)}`] },
  { name: 'a document root that links to itself', beside: 'sites', becomes: 'live', break: nothing, onHost: (victim) => [`mv ${home(victim)} /home/${victim}/away && ln -s web ${home(victim)}`, `rm ${home(victim)} && mv /home/${victim}/away ${home(victim)}`] },
  { name: 'a document root in the neighbour’s home', beside: 'sites', becomes: 'live', break: nothing, onHost: (victim) => [`mv ${home(victim)} /home/${victim}/away && ln -s /home/dana/web ${home(victim)}`, `rm ${home(victim)} && mv /home/${victim}/away ${home(victim)}`] },
  { name: 'a dead proxy target', beside: 'sites', becomes: 'live', break: (broken) => {
    broken.documents.set(member(broken.victim), (broken.documents.get(member(broken.victim)) ?? '').replace('ssh-keys:', 'ports: [20777]\nssh-keys:'));
    broken.documents.set(`members/${broken.victim}/vhosts/app.${broken.victim}.example.yaml`, 'proxy: { port: 20777 }\n');
  } },
  { name: 'a home over its quota', beside: 'sites', becomes: 'live', break: nothing, onHost: (victim) => [`setpriv --reuid=${victim} --regid=${victim} --clear-groups dd if=/dev/urandom of=/home/${victim}/big bs=1M count=80 2>/dev/null || true`, `rm -f /home/${victim}/big`] },
];
