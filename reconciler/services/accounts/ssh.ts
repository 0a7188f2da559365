import type { PublicKey } from '../../model/desired.ts';
import { entryOf } from '../../model/residence.ts';
import type { Id, Resource } from '../../model/resource.ts';
import type { Scope } from '../../model/service.ts';
import { authorizedKeys } from '../../formats/authorized-keys.ts';
import { sshdConfig, type MatchBlock } from '../../formats/sshd.ts';
import { text } from '../../formats/text.ts';
import { directory } from '../../resources/directory.ts';
import { file } from '../../resources/file.ts';
import { unit } from '../../resources/unit.ts';

const keys = '/etc/ssh/authorized_keys.d';
const config = '/etc/ssh/sshd_config.d/croft.conf';
/** A system user that croft's package makes. All it can do is touch the file that croft.path waits for. */
const kicker = 'croft-kick';
const kick = text('/usr/lib/croft/kick');

/**
 * Want the ways in by ssh: members' keys in a root-owned directory, where no link of theirs can lead (a key in a home opens nothing), and
 * what sshd allows members. The git server's key comes in as croft-kick and runs one program. Everybody else, root first, enters as the
 * host's own configuration says.
 */
export function* ssh({ state, host }: Scope): Iterable<Resource> {
  const whose = { owner: 'coop', source: host.source } as const;
  const needs: readonly Id[] = ['packages:accounts'];
  yield directory(keys, { exclusive: true }, { ...whose, needs });
  for (const member of state.members) {
    const entry = entryOf(member, host);
    if (entry === 'none' || member.sshKeys.length === 0) continue;
    const source = member.sources['ssh-keys'] ?? member.source;
    const permissions = { terminal: entry === 'shell', forwarding: entry === 'shell' };
    yield file(`${keys}/${member.name}`, { text: authorizedKeys(source, member.sshKeys, permissions) }, {
      owner: `member:${member.name}`, source, needs: [`directory:${keys}`],
    });
  }
  const { kickKey } = state.cluster;
  if (kickKey !== null) yield kickKeys(kickKey);
  const matches = kickKey === null ? rules : [kickRules, ...rules];
  yield file(config, { text: sshdConfig(host.source, matches), check: ['/usr/sbin/sshd', '-t', '-f', '{}'] }, { ...whose, needs });
  // Without ssh nobody could mend what went wrong: every address that sshd listens on must greet a new connection afterwards.
  const probes = [{ by: 'ssh' }] as const;
  const load = { reads: [config], check: ['/usr/sbin/sshd', '-t'], reload: ['systemctl', 'reload', 'ssh.service'], probes };
  yield unit('ssh.service', { enabled: true, active: true, load }, { ...whose, needs: [...needs, 'directory:/var/lib/croft/loaded'] });
}

/** Want the key that may tell this host to look for news. The command stands here and in sshd's own configuration: either alone would do. */
function kickKeys(key: PublicKey): Resource {
  const written = authorizedKeys(key.source, [{ ...key, from: [], forwarding: false }], { terminal: false, forwarding: false, command: kick });
  return file(`${keys}/${kicker}`, { text: written }, { owner: 'coop', source: key.source, needs: [`directory:${keys}`] });
}

/** `ForceCommand` also takes the place of sftp and other subsystems; one session a connection is what a kick needs. */
const kickRules: MatchBlock = {
  criteria: [text('User'), text(kicker)],
  settings: [
    [text('AuthorizedKeysFile'), text(keys, '/%u')],
    [text('AuthenticationMethods'), text('publickey')],
    [text('PasswordAuthentication'), text('no')],
    [text('KbdInteractiveAuthentication'), text('no')],
    [text('ForceCommand'), kick],
    [text('DisableForwarding'), text('yes')],
    [text('PermitTTY'), text('no')],
    [text('PermitTunnel'), text('no')],
    [text('PermitUserRC'), text('no')],
    [text('MaxSessions'), text(1)],
  ],
};

/** In a pattern list of groups, a name with `!` that the user has decides against the whole. Source: ssh_config(5), PATTERNS. */
const rules: readonly MatchBlock[] = [
  {
    criteria: [text('Group'), text('croft-members')],
    settings: [
      [text('AuthorizedKeysFile'), text(keys, '/%u')],
      [text('AuthenticationMethods'), text('publickey')],
      [text('PasswordAuthentication'), text('no')],
      [text('KbdInteractiveAuthentication'), text('no')],
      [text('PermitTunnel'), text('no')],
      [text('X11Forwarding'), text('no')],
    ],
  },
  {
    criteria: [text('Group'), text('croft-members,!croft-shell')],
    settings: [[text('ForceCommand'), text('internal-sftp')], [text('DisableForwarding'), text('yes')], [text('PermitTTY'), text('no')]],
  },
  {
    criteria: [text('Group'), text('croft-members,!croft-shell,!croft-files')],
    settings: [[text('DenyGroups'), text('croft-members')]],
  },
];
