import type { Secret } from '../../model/desired.ts';
import { list } from '../words.ts';
import { names, unshown, type Telling } from './telling.ts';

/** How secrets are told: for which hosts, and never what they are. */
export const secrets: Telling<Secret> = {
  what: 'secret',
  name: ({ name }) => name,
  owner: ({ owner }) => owner,
  source: ({ source }) => source,
  whole: ({ hosts }) => `for ${list(hosts.map(({ name }) => name))}; its value is not shown`,
  fields: [
    names('hosts', ({ hosts }) => hosts.map(({ name }) => name)),
    unshown('what is sealed', ({ sealed }) => sealed),
  ],
};
