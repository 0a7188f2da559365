/** What every host has, who there is, and what each may use: accounts, keys, limits. */
import { exactly, type Permit } from './permit.ts';
import { groupRow, passwdRow, rowsFit, shadowRow } from './rows.ts';

const member = '[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,30}';
const rootOnly = ['root:root 0644'] as const;

export const ground: readonly Permit[] = [
  { kinds: ['directory'], name: /^\/var\/lib\/croft(?:\/loaded)?$/, access: ['root:root 0755'] },
  {
    kinds: ['file'], name: /^\/usr\/sbin\/policy-rc\.d$/, access: ['root:root 0755'],
    lines: { comment: '#', fit: [exactly('[ -z "$CROFT_INSTALLING" ] || exit 101', 'exit 0')] },
  },
  { kinds: ['file'], name: /^\/etc\/nsswitch\.conf$/, access: rootOnly, lines: { comment: '#', fit: [/^[a-z]+: +(?:(?:files|extrausers|systemd|dns|db|nis) ?)+$/] } },
  { kinds: ['table'], name: /^\/var\/lib\/extrausers\/passwd$/, access: rootOnly, further: rowsFit(passwdRow) },
  { kinds: ['table'], name: /^\/var\/lib\/extrausers\/group$/, access: rootOnly, further: rowsFit(groupRow) },
  { kinds: ['table'], name: /^\/var\/lib\/extrausers\/shadow$/, access: ['root:shadow 0640'], further: rowsFit(shadowRow) },
  { kinds: ['directory'], name: /^\/home$/, access: ['root:root 0751'] },
  { kinds: ['file'], name: /^\/etc\/tmpfiles\.d\/home\.conf$/, access: rootOnly, lines: { comment: '#', fit: [exactly('Q /home 0751 - - -', 'q /srv 0755 - - -')] } },
  // A home is her own or, with a site in it, also the web server's to enter.
  { kinds: ['home'], name: new RegExp(`^/home/(${member})$`), access: ['$1:$1 0710', '$1:www-data 0710'] },
  { kinds: ['quota'], name: new RegExp(`^/home/${member}$`), further: ({ desired }) => (isMembers(desired?.['project']) ? null : 'its project is no member\'s number') },
  { kinds: ['sessions'], name: new RegExp(`^${member}(?:@[a-z0-9.-]+)?$|^[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+$`), absent: true },
  { kinds: ['directory'], name: /^\/etc\/systemd\/system\/user-([1-5][0-9]{4})\.slice\.d$/, access: ['root:root 0755'] },
  {
    kinds: ['file'], name: /^\/etc\/systemd\/system\/user-([1-5][0-9]{4})\.slice\.d\/50-croft\.conf$/, access: rootOnly,
    lines: { comment: '#', fit: [exactly('[Slice]'), /^(?:TasksMax|MemoryMax|MemorySwapMax|CPUQuota)=[0-9]+[MG%]?$/] },
  },
  {
    kinds: ['file'], name: /^\/etc\/security\/limits\.d\/croft\.conf$/, access: rootOnly,
    lines: { comment: '#', fit: [new RegExp(`^(?:@croft-members|${member}) (?:hard|soft|-) [a-z]+ [0-9]+$`)] },
  },
  { kinds: ['directory'], name: /^\/etc\/ssh\/authorized_keys\.d$/, access: ['root:root 0755'] },
  {
    kinds: ['file'], name: new RegExp(`^/etc/ssh/authorized_keys\\.d/(?!root$|croft-kick$)${member}$`), access: rootOnly,
    lines: { comment: '#', fit: [/^restrict(?:,pty|,port-forwarding|,agent-forwarding|,from="[0-9a-f.:/,]+")* [a-z0-9@.-]+ [A-Za-z0-9+/=]+(?: .*)?$/] },
  },
  {
    kinds: ['file'], name: /^\/etc\/ssh\/authorized_keys\.d\/croft-kick$/, access: rootOnly,
    lines: { comment: '#', fit: [/^restrict,command="\/usr\/lib\/croft\/kick" [a-z0-9@.-]+ [A-Za-z0-9+/=]+(?: .*)?$/] },
  },
  {
    kinds: ['file'], name: /^\/etc\/ssh\/sshd_config\.d\/croft\.conf$/, access: rootOnly, check: ['/usr/sbin/sshd', '-t', '-f', '{}'],
    lines: {
      comment: '#',
      fit: [
        exactly('Match User croft-kick', 'Match Group croft-members', 'Match Group croft-members,!croft-shell', 'Match Group croft-members,!croft-shell,!croft-files'),
        /^ {4}(?:PasswordAuthentication|KbdInteractiveAuthentication|PermitTunnel|X11Forwarding|PermitTTY|PermitUserRC) no$/,
        /^ {4}(?:AuthorizedKeysFile \/etc\/ssh\/authorized_keys\.d\/%u|AuthenticationMethods publickey|ForceCommand (?:internal-sftp|\/usr\/lib\/croft\/kick)|DisableForwarding yes|MaxSessions 1|DenyGroups croft-members)$/,
      ],
    },
  },
];

/** Numbers that members have. Source: model/grammar/names.ts. */
function isMembers(number: unknown): boolean {
  return typeof number === 'number' && number >= 10_000 && number <= 59_999;
}
