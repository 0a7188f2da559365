// The manual page and the shell completion, both made from what the commands say of themselves.
import { execFileSync } from 'node:child_process';

const say = (bundle, ...words) => execFileSync(process.execPath, [bundle, ...words], { encoding: 'utf8' });

function verbs(bundle) {
  return [...say(bundle, '--help').matchAll(/^ {2}([a-z]+) {2,}(.+)$/gm)].map(([, name, summary]) => ({ name, summary }));
}

/** Render croft(8) in man's own language. */
export function manualPage(bundle, version) {
  const sections = verbs(bundle).map(({ name, summary }) => `.SS "${name} \\- ${roff(summary)}"\n.nf\n${roff(say(bundle, name, '--help'))}.fi`);
  return `.TH CROFT 8 "" "croft ${version}" "croft"
.SH NAME
croft \\- run a member-owned hosting co-operative from one git repository
.SH SYNOPSIS
.B croft
.I COMMAND
.RI [ OPTIONS ]
.SH DESCRIPTION
.nf
${roff(say(bundle, '--help'))}.fi
.SH COMMANDS
${sections.join('\n')}
.SH FILES
.TP
.I /etc/croft/config.yaml
which host this is and where the co-op's repository is
.TP
.I /etc/croft/cluster.key
the co-op's own secret, the same on each of its hosts, from which keys between hosts are derived
.TP
.I /etc/croft/host.key
the host's own key, with which it fetches over ssh and signs its reports; made when the package is installed
.TP
.I /var/lib/croft/
the mirror of the repository, the inventory of what croft made, the report of the last run
.SH SEE ALSO
.BR git (1),
.BR systemd.timer (5)
`;
}

/** Render a completion for bash: verbs first, then each verb's options. */
export function bashCompletion(bundle) {
  const cases = verbs(bundle).map(({ name }) => {
    const options = [...new Set(say(bundle, name, '--help').match(/--[a-z][a-z0-9-]+/g) ?? [])].join(' ');
    return `    ${name}) words='${options} --help' ;;`;
  });
  return `# bash completion for croft
_croft() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${verbs(bundle).map(({ name }) => name).join(' ')} --help --version'
  elif [ "$previous" = --format ]; then
    words='text json'
    if [ "\${COMP_WORDS[1]}" = check ]; then words='text json github sarif'; fi
  else
    case \${COMP_WORDS[1]} in
${cases.join('\n')}
    esac
  fi
  if [ "$COMP_CWORD" -gt 1 ] && [ "$previous" != --format ] && [[ $current != -* ]] && [[ $previous == --?* || \${COMP_WORDS[1]} =~ ^(init|check|why)$ ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -F _croft croft
`;
}

function roff(text) {
  return text.replace(/\\/g, '\\e').replace(/-/g, '\\-').replace(/^([.'])/gm, '\\&$1');
}
