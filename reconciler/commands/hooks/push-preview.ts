import type { Verdict } from '../../model/authority.ts';
import type { Trusted } from '../../model/trusted.ts';
import { formatPage } from '../../report/page.ts';
import type { Preview } from '../../report/preview.ts';
import { acceptedWords, previewPage } from '../../report/preview-page.ts';
import { oneLine } from '../../report/printable.ts';
import { ago } from '../../report/words.ts';
import { isTrustOn } from '../../trust/charter.ts';
import type { Verified } from '../../trust/verify.ts';
import type { World } from '../command.ts';
import type { Keeping } from '../comparison/keeping.ts';
import type { Comparison, Kept } from '../comparison/sides.ts';
import { reportsOf } from '../preview.ts';

/** A move of the branch from what is in force to what would be, and what is known of the repository from before. */
export interface Pushed {
  readonly base: Trusted;
  readonly head: Verified;
  readonly keeping: Keeping;
}

/** Say which two commits a push asks to compare. */
export async function comparisonOf({ base, head, keeping: { repository, kept } }: Pushed): Promise<Comparison & { readonly kept: Kept }> {
  const authority = { trust: await isTrustOn(repository, base.tree), verdicts: head.verdicts.filter((verdict) => !waitedBefore(verdict, base)) };
  const trees = { base: base.tree, head: head.trusted.tree };
  return { repository, base: { oid: base.commit, name: 'main' }, head: head.trusted.commit, trees, authority, kept, reportsOf: (hosts) => reportsOf(repository, hosts) };
}

/** Word for the pusher what an accepted change does, and that it is accepted where its guards may let somebody think otherwise. */
export function pushWords(shown: Preview, world: World): string {
  const page = formatPage(previewPage(shown, (time) => ago(world.now() - time * 1000)), { paint: world.paint, folded: true });
  const accepted = acceptedWords(shown);
  return accepted === null ? page : `${page}\n\n${oneLine(accepted)}`;
}

/** What somebody else left to wait is not the pusher's. */
function waitedBefore({ path, commit, allowed }: Verdict, { pending }: Trusted): boolean {
  return !allowed && pending.some((each) => each.path === path && each.commit === commit);
}
