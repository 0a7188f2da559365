import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { find, leave, type Tree } from '../tree.ts';
import { STORE } from './store.ts';

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * What it takes to play the programs of a host, for who wants to know what croft takes beside that: where a file `took` waits in the memory of a rooted
 * machine, each play adds a line. Units: microseconds of CPU time.
 */
export function playsIn(tree: Tree): <Played>(play: () => Played) => Played {
  return (play) => {
    const before = process.cpuUsage();
    const played = play();
    const { user, system } = process.cpuUsage(before);
    note(tree, `${user + system}\n`);
    return played;
  };
}

function note(tree: Tree, line: string): void {
  const place = find(tree, `${STORE}/took`, 'look');
  if ('broken' in place) return;
  try {
    const fd = openSync(place.at, APPEND);
    writeSync(fd, line);
    closeSync(fd);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  } finally {
    leave(place);
  }
}
