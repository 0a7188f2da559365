import { croftRows } from './croft.ts';
import { floorRows } from './floors.ts';
import { peerRows } from './peers.ts';
import type { Row } from './row.ts';

/** Every row there is. What moves a host is after what looks at it as the first run left it. */
export const allRows: readonly Row[] = [...floorRows.filter(({ sizeless }) => sizeless === true), ...croftRows, ...floorRows.filter(({ sizeless }) => sizeless !== true), ...peerRows];
