import { groupBy } from '../../model/group.ts';
import { finding, shown, type Finding, type Said } from '../finding.ts';
import type { World } from '../world.ts';
import { entriesOf } from './dns-entries.ts';

const MOST_LOOKUPS = 10;
const MECHANISM = /^[+?~-]?(?:all|include:.+|a(?:[:/].+)?|mx(?:[:/].+)?|ptr(?::.+)?|ip4:.+|ip6:.+|exists:.+)$/i;
const MODIFIER = /^[a-z][a-z0-9._-]*=/i;
const LOOKUP = /^[+?~-]?(?:include:|a(?:$|[:/])|mx(?:$|[:/])|ptr(?:$|:)|exists:)|^redirect=/i;

/** A name has one SPF record, and it says something that receivers can follow. RFC 7208, 3.2, 4.6.4, 5.1, 5.5. */
export function* spfIsSound({ zones }: World): Iterable<Finding> {
  for (const zone of zones) {
    const texts = entriesOf(zone).flatMap(({ name, data, at }) => (data.type === 'TXT' ? [{ name, text: data.text, at }] : []));
    const policies = texts.filter(({ text }) => /^v=spf1(?: |$)/i.test(text));
    for (const [name, entries] of groupBy(policies, (entry) => entry.name)) {
      for (const [index, { text, at }] of entries.entries()) {
        if (index > 0) yield finding(at('text'), {
          code: 'dns/spf-twice', message: `cannot give ${shown(name)} two SPF records: receivers then take none`, hint: 'put all terms into one',
        });
        for (const said of checkTerms(text.split(' ').slice(1).filter((term) => term !== ''))) yield finding(at('text'), said);
      }
    }
  }
}

function* checkTerms(terms: readonly string[]): Iterable<Said> {
  const lookups = terms.filter((term) => LOOKUP.test(term)).length;
  const unknown = terms.find((term) => !MECHANISM.test(term) && !MODIFIER.test(term));
  if (terms.some((term) => /^\+?all$/i.test(term))) yield {
    code: 'dns/spf-all', message: 'cannot allow everybody to send mail (`+all`)', hint: 'end with -all or ~all',
  };
  if (terms.some((term) => /^[+?~-]?ptr(?:$|:)/i.test(term))) yield {
    code: 'dns/spf-ptr', message: 'cannot use `ptr`: it is slow, and receivers ignore it', hint: 'use a, mx, ip4 or ip6',
  };
  if (lookups > MOST_LOOKUPS) yield {
    code: 'dns/spf-lookups', message: `cannot use ${lookups} terms that are looked up: receivers stop after ${MOST_LOOKUPS}`,
    hint: 'write addresses with ip4 and ip6',
  };
  if (unknown !== undefined) yield { code: 'dns/spf-term', message: `cannot use ${shown(unknown)}: it is no term of SPF` };
}
