import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { find, leave, look, type Place, type Tree } from '../tree.ts';
import { STORE } from './store.ts';

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * What it takes to play the programs of a host, for who wants to know what croft takes beside that: where a file `took` waits in the memory of a rooted
 * machine when its first program is played, each play adds a line. Units: microseconds of CPU time.
 */
export function playsIn(tree: Tree): <Played>(play: () => Played) => Played {
  let isAsked: boolean | null = null;
  return (play) => {
    isAsked ??= at(tree, (place) => look(place) !== null) ?? false;
    if (!isAsked) return play();
    const before = process.cpuUsage();
    const played = play();
    const { user, system } = process.cpuUsage(before);
    at(tree, (place) => append(place.at, `${user + system}\n`));
    return played;
  };
}

function at<Found>(tree: Tree, work: (place: Place) => Found): Found | undefined {
  const place = find(tree, `${STORE}/took`, 'look');
  if ('broken' in place) return undefined;
  try {
    return work(place);
  } finally {
    leave(place);
  }
}

function append(path: string, line: string): void {
  const fd = openSync(path, APPEND);
  writeSync(fd, line);
  closeSync(fd);
}
