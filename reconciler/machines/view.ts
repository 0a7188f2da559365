/**
 * Letting a program see the real host as it would be: in a mount namespace of its own, where each directory in which something is staged
 * is covered by an overlay with its upper layer in memory. There the staged files are renamed onto their names, and what is to go is
 * unlinked; the program sees both, and when it ends, so does its view. Nothing outside changes. Where the kernel has no overlayfs (or none
 * over that file system) a copy of the directory is put over it instead. What is staged is never named by its content: paths go in by
 * standard input. Source: mount_namespaces(7), the kernel's overlayfs.rst; perl-base is essential in Debian.
 */
import { MachineError } from '../model/machine.ts';
import type { Viewed } from './ground.ts';
import { lastLine, run, type Ran } from './run.ts';

const READY = 'croft: the view is ready';

const SCRIPT = `
set -eu
top=$1
shift
mkdir -p -m 0700 "$top"
mount -t tmpfs -o mode=0700 croft-view "$top"
number=0
while [ "$1" != -- ]; do
  number=$((number + 1))
  mkdir "$top/$number" "$top/$number/upper" "$top/$number/work"
  chown --reference="$1" "$top/$number/upper"
  chmod --reference="$1" "$top/$number/upper"
  case $1 in
  *[:,\\\\]*) layers= ;;
  *) layers=lowerdir=$1,upperdir=$top/$number/upper,workdir=$top/$number/work ;;
  esac
  if [ -z "$layers" ] || ! mount -t overlay -o "$layers" croft-view "$1" 2>"$top/refused"; then
    cp -a "$1" "$top/$number/copy"
    mount --bind "$top/$number/copy" "$1"
  fi
  shift
done
shift
perl -0777 -e 'my @paths = split /\\0/, <STDIN>, -1;
  while (@paths > 1) {
    my ($staged, $path) = splice @paths, 0, 2;
    if ($staged ne "") { rename $staged, $path or die "$path: $!\\n" } else { unlink $path or $!{ENOENT} or die "$path: $!\\n" }
  }'
echo '${READY}' >&2
exec "$@" </dev/null
`;

/** What is shown to which program, and how long it may look. */
interface Showing {
  readonly places: readonly Viewed[];
  readonly argv: readonly string[];
  readonly top: string;
  readonly timeoutSeconds: number;
}

/** Run a program in a view. `top` is a directory of root's that the program has no need of. Errors: MachineError when there is no such view to be had. */
export async function view({ places, argv, top, timeoutSeconds }: Showing): Promise<Ran> {
  const input = places.flatMap(({ staged, path }) => [staged ?? '', path]).map((word) => `${word}\0`).join('');
  const inside = ['sh', '-c', SCRIPT, 'croft-view', top, ...outermost(places.map(({ directory }) => directory)), '--', ...argv];
  const ran = await run({ argv: ['unshare', '--mount', '--propagation', 'private', '--', ...inside], input, timeoutSeconds });
  const ready = ran.stderr.indexOf(`${READY}\n`);
  if (ready < 0) throw new MachineError(`cannot show ${argv[0]} this host as it would be: ${lastLine(ran.stderr) || `unshare ended with status ${ran.status}`}`);
  return { ...ran, stderr: ran.stderr.slice(ready + READY.length + 1) };
}

/** A directory below another one is in that one's view already. */
function outermost(directories: readonly string[]): readonly string[] {
  const all = [...new Set(directories)].sort();
  return all.filter((directory) => !all.some((other) => other !== directory && directory.startsWith(other === '/' ? other : `${other}/`)));
}
