import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';
import * as allowances from './allowances.ts';
import * as dnsNames from './dns-names.ts';
import * as dnsValues from './dns-values.ts';
import * as hosts from './hosts.ts';
import * as keys from './keys.ts';
import * as limits from './limits.ts';
import * as mail from './mail.ts';
import * as mailGraph from './mail-graph.ts';
import * as members from './members.ts';
import * as names from './names.ts';
import * as secrets from './secrets.ts';
import * as spf from './spf.ts';
import * as vhosts from './vhosts.ts';

/** Something that must hold between declarations, each valid alone. Named as a sentence; finds where it does not hold. */
export type Rule = (world: World) => Iterable<Finding>;

/** Every rule of the co-op, by name: each exported function of the files beside this one. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>(
  [hosts, allowances, members, keys, names, limits, vhosts, dnsNames, dnsValues, spf, mail, mailGraph, secrets].flatMap((topic) => Object.entries(topic)),
);
