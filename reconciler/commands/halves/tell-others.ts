import { recordTip } from '../../git/ratchet.ts';
import { openMirror } from '../../git/mirror.ts';
import { usualLimits } from '../../git/http.ts';
import { transportTo } from '../../git/transports.ts';
import type { Telling } from '../../handover/telling.ts';
import type { Desk } from '../place.ts';
import { publish, publishAsLeft } from '../publish.ts';
import { hearReports, pathOf } from '../reports.ts';
import { mirrorOf, spoolOf } from '../rooms.ts';
import { withheld } from '../withheld.ts';

/** What of a place telling needs. */
export type TellingDesk = Pick<Desk, 'identity' | 'stateDirectory'> & { readonly root: string; readonly credentials?: string | null };

/** Record in the mirror what root believes, hear what the other hosts say when that is asked, and tell them how a run went. Shape: notices. */
export async function tellOthers(telling: Telling, desk: TellingDesk): Promise<readonly string[]> {
  const { tip, host: name, hosts, remote, commit, startedAt, what } = telling;
  const mirror = await openMirror(mirrorOf(desk));
  if (tip !== null) await recordTip({ gitdir: mirror.gitdir }, tip);
  const host = hosts.find((each) => each.name === name);
  const spool = spoolOf(desk);
  const place = { ...desk, stateDirectory: spool };
  // Whoever kicked again waits for the next run, which then tells of this one as well.
  if (what === 'remember') return host === undefined ? [] : publish({ place, told: telling.told, remote: null, host, refs: null });
  const told = what === 'converse' || host === undefined ? null : await publishAsLeft({ place, told: telling.told, remote, host });
  if (told !== null) return told;
  // One connection is enough for hearing and telling. A path is no connection, and one that failed is not tried again.
  const way = remote === null || pathOf(remote) !== null ? null : transportTo(remote, usualLimits, desk.identity);
  try {
    const { notices, ...heard } = await hearReports({ ...place, remote, way }, hosts);
    const kept = await withheld({ place: { host: name, stateDirectory: spool }, repository: mirror, commit, ...heard, hosts, now: startedAt });
    const told = host === undefined ? [] : await publish({ place, told: telling.told, remote, host, refs: heard.refs, way: heard.refs === null ? null : way });
    return [...notices, ...kept, ...told];
  } finally {
    way?.close();
  }
}
