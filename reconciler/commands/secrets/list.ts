import { sealings } from '../../desired/sealing.ts';
import { formatSecrets, secretFacts, type ListedSecret } from '../../report/secrets.ts';
import { choice, UsageError, type Call, type ExitStatus, type World } from '../command.ts';
import { ownerAsked, placeAround } from './place.ts';
import { isStale } from './rotate.ts';

/** List secrets with whom they are sealed to; no key is needed for that, and no value is known. */
export async function listSecrets(names: readonly string[], call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  if (names.length > 0) throw new UsageError(`cannot use ${names.join(' ')}: croft secret list takes options only`);
  const place = placeAround(world);
  const owner = ownerAsked(call, place);
  const found = sealings(place.documents).filter(({ document }) => owner === null || document.owner === owner).map((each): ListedSecret => {
    const { document: { name, owner: whose, file, value }, recipients, missing, others } = each;
    const sealedTo = [...new Set(recipients.filter((one) => !missing.includes(one)).map((one) => one.name))];
    return { name, owner: whose, file, hosts: value.hosts, sealedTo, missing: [...new Set(missing.map((one) => one.name))], otherKeys: others, stale: isStale(each) };
  });
  world.print(format === 'json' ? JSON.stringify(secretFacts(found), null, 2) : formatSecrets(found, world.paint));
  return 0;
}
