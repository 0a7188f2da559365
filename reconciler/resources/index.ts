import type { Kind } from '../model/kind.ts';
import type { KindName } from '../model/resource.ts';
import { directoryKind } from './directory.ts';
import { fileKind } from './file.ts';
import { homeKind } from './home.ts';
import { keyKind } from './key.ts';
import { linkKind } from './link.ts';
import { packagesKind } from './packages.ts';
import { quotaKind } from './quota.ts';
import { secretKind } from './secret.ts';
import { sessionsKind } from './sessions.ts';
import { tableKind } from './table.ts';
import { unitKind } from './unit.ts';
import { zoneKind } from './zone.ts';

/** Every primitive of a host, by name. The set is closed: services compose these, and add none. */
export const kinds: ReadonlyMap<KindName, Kind> = new Map(
  [fileKind, tableKind, zoneKind, keyKind, secretKind, directoryKind, linkKind, homeKind, quotaKind, packagesKind, unitKind, sessionsKind].map((kind) => [kind.name, kind]),
);
