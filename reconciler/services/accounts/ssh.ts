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

/**
 * Want the ways in by ssh: members' keys in a root-owned directory, where no link of theirs can lead (a key in a home opens nothing), and
 * what sshd allows members. Everybody who is no member, root first, enters as the host's own configuration says.
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
  yield file(config, { text: sshdConfig(host.source, rules), check: ['/usr/sbin/sshd', '-t', '-f', '{}'] }, { ...whose, needs });
  const load = { reads: [config], check: ['/usr/sbin/sshd', '-t'], reload: ['systemctl', 'reload', 'ssh.service'] };
  yield unit('ssh.service', { enabled: true, active: true, load }, { ...whose, needs: [...needs, 'directory:/var/lib/croft/loaded'] });
}

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
