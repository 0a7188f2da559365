import { expect, it } from 'vitest';
import type { Change, Outcome } from '../../../reconciler/model/plan.ts';
import type { Sealed } from '../../../reconciler/model/values.ts';
import { hostReportOf } from '../../../reconciler/report/host-report.ts';
import { file } from '../../../reconciler/resources/file.ts';
import { secret } from '../../../reconciler/resources/secret.ts';

const source = { file: 'desired-state/members/ada/secrets/db-password.yaml', line: 1, column: 1 };
const whose = { owner: 'member:ada', source } as const;
const made = [secret('/etc/croft-secrets/ada/db-password', { sealed: 'armour' as Sealed }, whose), file('/etc/x', { text: 'hunter2', secret: true }, whose)];

it('repeats what croft says of a secret that it cannot open, and nothing that a program said of a secret file', () => {
  const changes: readonly Change[] = made.map((resource) => ({ verb: 'create', resource, actual: null, cause: 'pending', differences: [] }));
  const outcomes: readonly Outcome[] = made.map(({ id }) => ({ id, ...whose, result: 'failed', because: `cannot: ${id} – croft secret rotate` }));
  const plan = { host: 'one', revision: '1'.repeat(40), changes, holds: [], unchanged: 0, checksum: '' };
  const report = hostReportOf({ plan, outcomes, endedAt: 0 } as never, { tree: '', since: 0, version: '0' });
  expect(report.failed.map(({ because }) => because)).toEqual([
    'cannot: secret:/etc/croft-secrets/ada/db-password – croft secret rotate', 'it is about a secret: the journal of the host says why',
  ]);
});
