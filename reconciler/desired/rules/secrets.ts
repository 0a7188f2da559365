import type { Owner } from '../../model/owner.ts';
import { startOf } from '../documents.ts';
import { finding, type Finding } from '../finding.ts';
import type { World } from '../world.ts';

/** Opening one takes some milliseconds of root's time on each host. */
const most = 50;

/** Nobody keeps more secrets than programs of hers can need. */
export function* secretsAreFew({ documents }: World): Iterable<Finding> {
  const counts = new Map<Owner, number>();
  for (const { owner, file } of documents.secret) {
    const count = (counts.get(owner) ?? 0) + 1;
    counts.set(owner, count);
    if (count === most + 1) yield finding(startOf(file), {
      code: 'secret/too-many', message: `cannot keep more than ${most} secrets`, hint: 'what belongs together can be one secret of several lines',
    });
  }
}
