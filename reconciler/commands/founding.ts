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

/** Write the first documents of a co-op. Shape: path → text. Pure. */
export function foundingFiles(founding: Founding): ReadonlyMap<string, string> {
  const { name, domain, host, debian, ipv4, ipv6, admin, email, sshKey } = founding;
  return new Map([
    ['desired-state/cluster.yaml', `${modeline('cluster', 0)}# The co-op itself. Only admins change this file.
name: ${scalar(name)}
domain: ${scalar(domain)}
contact: ${scalar(email)}
admins: [${scalar(admin)}]
`],
    [`desired-state/hosts/${host}.yaml`, `${modeline('host', 1)}# One machine. A co-op with a second one moves services by moving lines.
debian: ${scalar(debian)}
addresses:
  ipv4: ${scalar(ipv4)}
  ipv6: ${scalar(ipv6)}
services: [dns-primary, mail, web-static, web-dynamic]
login:
  shell: everyone
  files: everyone
`],
    ['desired-state/limits/regular.yaml', `${modeline('limits', 1)}# What each member of this class may use.
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
    [`desired-state/members/${admin}/member.yaml`, `${modeline('member', 2)}# Copy this directory to welcome the next member: the next free uid, her name, her keys.
name: ${scalar(admin)}
uid: 10001
limits: regular
email: ${scalar(email)}
${sshKey === null ? 'ssh-keys: []' : `ssh-keys:\n  - ${scalar(sshKey)}`}
`],
    [`desired-state/coop/zones/${domain}.yaml`, `${modeline('zone', 2)}# The co-op's own zone. Name servers, hosts, sites and mail are added by croft, each with a comment that says why.
records: []
`],
    [`desired-state/coop/vhosts/www.${domain}.yaml`, `${modeline('vhost', 2)}# The co-op's own site, from /srv/www/welcome on the host.
aliases: [${scalar(domain)}]
static:
  root: welcome
`],
    ['hooks/pre-commit', hook],
    ['README.md', readme(founding)],
  ]);
}

const hook = `#!/bin/sh
# Refuses a commit whose files croft check refuses. Install it in your clone with
#   ln -s ../../hooks/pre-commit .git/hooks/pre-commit
# It reads the files as they lie in the working tree, so stage everything that you mean to commit.
set -eu
exec croft check "$(git rev-parse --show-toplevel)"
`;

function readme({ name, host, domain }: Founding): string {
  return `# ${name}

Everything that our machines should be is in \`desired-state/\`. Change it by pull request; each host makes itself match.

    croft check                                  # is every document right?
    croft plan --repo . --host ${host} --root /tmp/${host}    # what would it do to a bare host?
    ln -s ../../hooks/pre-commit .git/hooks/pre-commit    # let no commit in that croft check refuses

On a Debian host: install the croft package, put this repository's URL and \`host: ${host}\` into
/etc/croft/config.yaml, and the timer does the rest. Point the domain ${domain} at the host's name server.
`;
}

/** The line that gives editors the schema. */
function modeline(kind: string, depth: number): string {
  return `# yaml-language-server: $schema=${'../'.repeat(depth + 1)}schemas/${kind}.schema.json\n`;
}

/** Write a text so that YAML reads exactly it back. */
function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9 ._@/-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) && !text.endsWith(' ') ? text : /^[0-9]+$/.test(text) ? text : JSON.stringify(text);
}
