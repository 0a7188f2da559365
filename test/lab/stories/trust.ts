import { describe } from 'vitest';
import type { Coop } from '../coop.ts';
import { trustBranch } from './trust-branch.ts';
import { trustDoors } from './trust-doors.ts';
import { trustHostile } from './trust-hostile.ts';
import { trustKeys } from './trust-keys.ts';
import { trustPushes } from './trust-pushes.ts';
import { trustReports } from './trust-reports.ts';
import { trustSwitch } from './trust-switch.ts';

/** The co-op moves to a git server of its own and switches trust on; then members push, and somebody tries what is not theirs. */
export function trust(coop: () => Coop): void {
  describe('trust', () => {
    trustSwitch(coop);
    trustReports(coop);
    trustPushes(coop);
    trustHostile(coop);
    trustKeys(coop);
    trustDoors(coop);
    trustBranch(coop);
  });
}
