/** BIND. named drops root before it reads a zone, but its checkers are run by root: no line may make them read another file. */
import { exactly, type Permit } from './permit.ts';

const zoneName = '[a-z0-9_*.-]+';
const addresses = '(?:[0-9a-f.:]+; ?)+';
const zoneFile = `file "(?:/var/lib/bind/croft/${zoneName}/zone|/etc/bind/croft/zones/${zoneName}\\.zone|/var/cache/bind/croft-${zoneName})";`;

export const dns: readonly Permit[] = [
  { kinds: ['directory'], name: /^\/etc\/bind\/croft(?:\/zones)?$/, access: ['root:bind 0750'] },
  { kinds: ['directory'], name: /^\/var\/cache\/bind$/, access: ['root:bind 0775'] },
  { kinds: ['directory'], name: /^\/var\/lib\/bind$/, access: ['root:bind 0755'] },
  { kinds: ['directory'], name: /^\/var\/lib\/bind\/croft$/, access: ['root:root 0755'] },
  // What named makes of a zone that it signs; it reads the zone through the one link in there.
  {
    kinds: ['home'], name: new RegExp(`^/var/lib/bind/croft/${zoneName}$`), access: ['bind:bind 0750'],
    further: ({ name, desired }) => (desired?.['seed'] === `zone → /etc/bind/croft/zones/${name.slice('/var/lib/bind/croft/'.length)}.zone` ? null : 'what it would be a link to is another zone'),
  },
  { kinds: ['key'], name: /^\/etc\/bind\/croft\/transfer\.key$/, access: ['root:bind 0640'], lines: { comment: '//', fit: [exactly('key "croft-transfer" { algorithm hmac-sha256; secret "{}"; };')] } },
  {
    kinds: ['file'], name: /^\/etc\/bind\/named\.conf\.local$/, access: ['root:bind 0644'], check: ['named-checkconf', '{}'],
    lines: {
      comment: '//',
      fit: [
        new RegExp(`^zone "${zoneName}" \\{(?: type primary; ${zoneFile} \\};)?$`), new RegExp(`^  (?:${zoneFile}|key-directory "/var/lib/bind/croft/${zoneName}";|primaries \\{ ${addresses}\\};)$`),
        exactly('  type primary;', '  type secondary;', '  masterfile-format text;', '  dnssec-policy "default";', '  inline-signing yes;', '};'),
      ],
    },
  },
  {
    kinds: ['file'], name: /^\/etc\/bind\/named\.conf\.options$/, access: ['root:bind 0644'], check: ['named-checkconf', '{}'],
    lines: {
      comment: '//',
      fit: [
        exactly('include "/etc/bind/croft/transfer.key";', 'options {', '  directory "/var/cache/bind";', '  keys { "croft-transfer"; };', '};', '  };', '  rate-limit {', '    exempt-clients {', '    };'),
        /^ {2}(?:listen-on|listen-on-v6) \{ any; \};$/, /^ {2}(?:recursion|dnssec-validation|notify|minimal-responses|minimal-any|version|hostname) [a-z]+;$/,
        /^ {2}(?:allow-transfer|allow-notify) \{ (?:none|key "croft-transfer"); \};$/, new RegExp(`^  also-notify \\{ ${addresses}\\};$`),
        /^server [0-9a-f.:]+ \{$/, /^ {4}responses-per-second [0-9]+;$/, /^ {6}(?:localhost|[0-9a-f.:]+);$/,
      ],
    },
  },
  {
    kinds: ['zone'], name: new RegExp(`^/etc/bind/croft/zones/(${zoneName})\\.zone$`), access: ['root:bind 0640'], check: ['named-checkzone', '-i', 'local', '-k', 'fail', '$1', '{}'],
    // $INCLUDE would read any file, and $GENERATE make any number of records.
    lines: { comment: ';', fit: [/^\$TTL [0-9]+$/, /^[^$]/] },
  },
];
