import postReceive from '../../hooks/post-receive' with { type: 'text' };
import preCommit from '../../hooks/pre-commit' with { type: 'text' };
import preReceive from '../../hooks/pre-receive' with { type: 'text' };
import { format } from '../desired/format.ts';
import { meaningOf } from '../desired/layout.ts';
import { nextUid } from '../desired/uids.ts';

/** What a new co-op begins with; every value checked by `croft check` right after. */
export interface Founding {
  readonly name: string;
  readonly domain: string;
  readonly host: string;
  readonly debian: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly admin: string;
  readonly email: string;
  /** One OpenSSH public key, or null. */
  readonly sshKey: string | null;
}

/** Write the first files of a co-op, documents in the form of `croft fmt`. Shape: path → text. Pure. */
export function foundingFiles(founding: Founding): ReadonlyMap<string, string> {
  const documents = documentsOf(founding).map(([path, text]) => [`desired-state/${path}`, formatted(path, text)] as const);
  return new Map([
    ...documents,
    ['hooks/pre-commit', preCommit], ['hooks/pre-receive', preReceive], ['hooks/post-receive', postReceive],
    ['README.md', readme(founding)], ['.gitignore', leftovers],
  ]);
}

function documentsOf({ name, domain, host, debian, ipv4, ipv6, admin, email, sshKey }: Founding): readonly (readonly [string, string])[] {
  return [
    ['cluster.yaml', `# The co-op itself. Only admins change this file.
name: ${scalar(name)}
domain: ${scalar(domain)}
contact: ${scalar(email)}
admins: [${scalar(admin)}]
${sshKey === null ? '' : trust}`],
    [`hosts/${host}.yaml`, `# One machine. A co-op with a second one moves services by moving lines.
debian: ${debian}
addresses:
  ipv4: ${scalar(ipv4)}
  ipv6: ${scalar(ipv6)}
services: [dns-primary, mail, web-static, web-dynamic]
login:
  shell: everyone
  files: everyone
`],
    ['limits/regular.yaml', `# What each member of this class may use.
tasks: 200
memory-mib: 1024
cpu-percent: 100
disk-mib: 10240
open-files: 4096
vhosts: 20
zones: 10
mailboxes: 50
aliases: 200
`],
    [`members/${admin}/member.yaml`, `# The first member. croft new member welcomes the next one.
name: ${scalar(admin)}
uid: ${nextUid({ member: [], retired: [] })}
limits: regular
email: ${scalar(email)}
${sshKey === null ? 'ssh-keys: []\n' : keys(sshKey)}`],
    [`coop/zones/${domain}.yaml`, `# The co-op's own zone. Name servers, hosts, sites and mail are added by croft, each with a comment that says why.
records: []
`],
    [`coop/vhosts/www.${domain}.yaml`, `# The co-op's own site, from /srv/www/welcome on the host.
static:
  root: welcome
aliases: [${scalar(domain)}]
`],
  ];
}

const leftovers = `# What editors and desktops leave beside the files they show. No document can have such a name.
.*.sw?
*~
.#*
\\#*
.DS_Store
._*
.goutputstream-*
Thumbs.db
.nfs*
`;

const trust = `# Hosts believe only what is signed by whoever may change it. One approval, since there is one admin:
# when there are two, write trust: {}, and what is most sensitive takes both.
trust:
  approvals: 1
`;

function keys(sshKey: string): string {
  return `# With this key she logs in …
ssh-keys:
  - ${scalar(sshKey)}
# … and with this one she signs her commits. It may be another one.
signing-keys:
  - ${scalar(sshKey)}
`;
}

/** Put a document into its one form, with the line that gives editors its schema. What has none is said by the check. */
function formatted(path: string, text: string): string {
  const meaning = meaningOf(path);
  if (meaning.is !== 'document') return text;
  const modeline = `# yaml-language-server: $schema=${'../'.repeat(path.split('/').length)}schemas/${meaning.kind}.schema.json`;
  return format({ path, bytes: new TextEncoder().encode(text) }, { kind: meaning.kind, modeline }).value ?? text;
}

function readme({ name, host, domain, admin, sshKey }: Founding): string {
  return `# ${name}

Everything that our machines should be is in \`desired-state/\`. Change it by pull request; each host makes itself match.

    croft check                                  # is every document right?
    croft plan --repo . --host ${host} --root /tmp/${host}    # what would it do to a bare host?
    ln -s ../../hooks/pre-commit .git/hooks/pre-commit    # let no commit in that croft check refuses

To set up a bare Debian host over ssh: \`croft bootstrap ${host} --deb FILE --remote URL\`. Or by hand: install the croft
package there and write \`/etc/croft/config.yaml\`:

    host: ${host}
    remotes: [<where this repository is>]
    trusted: <our first commit>        # git rev-list --max-parents=0 main

With the last line, which is the same on each host, no host ever believes another co-op's history. Then the timer does
the rest. Point the domain ${domain} at the host's name server.

${sshKey === null ? trustOff : trustOn(admin)}`;
}

function trustOn(admin: string): string {
  return `## Who may change what

Each host checks for every commit who signed it. Sign yours (once in each clone):

    git config gpg.format ssh
    git config user.signingkey ~/.ssh/id_ed25519.pub
    git config commit.gpgsign true

\`croft whoami\` says whom the co-op takes you for, \`croft can ${admin} members/${admin}/member.yaml\` who may change what.
`;
}

const trustOff = `## Who may change what

Trust is off: whoever may push may change anything. To switch it on, give each admin \`signing-keys\` in her
\`member.yaml\` and write \`trust: {}\` into \`cluster.yaml\`; from then on each host checks who signed what.
\`croft whoami\` prints the lines.
`;

/** Write a text so that YAML reads exactly it back; what needs no quotes loses them when it is formatted. */
function scalar(text: string): string {
  return JSON.stringify(text);
}
