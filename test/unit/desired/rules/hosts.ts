/** Mistakes in what documents say of hosts. */
import { blog, zone, mail, main, dynamic, served, swap, type Case } from './case.ts';

/** Each with the nearest thing that is right. */
export const ofHosts: readonly Case[] = [
  {
    code: 'cluster/no-hosts', at: 'cluster.yaml:1:1',
    files: Object.fromEntries([main, dynamic, ...served].map((path) => [path, null])),
    twin: {},
  },
  {
    code: 'host/duplicate-address', at: `${main}:2:19`, says: 'it is dynamic\'s',
    files: swap(main, '192.0.2.11', '192.0.2.12'),
    twin: swap(main, '192.0.2.11', '192.0.2.13'),
  },
  {
    code: 'host/duplicate-service', at: `${main}:3:25`, says: 'cannot run mail on a second host',
    files: swap(dynamic, 'web-dynamic', 'web-dynamic, mail'),
    twin: swap(dynamic, 'web-dynamic', 'web-dynamic, web-static'),
  },
  { code: 'host/primary-and-secondary', at: `${main}:3:25`, files: swap(main, 'dns-primary,', 'dns-primary, dns-secondary,'), twin: {} },
  { code: 'zone/no-host', at: `${zone}:1:1`, files: swap(main, 'dns-primary, ', ''), twin: {} },
  { code: 'mail/no-host', at: `${mail}:1:1`, files: swap(main, 'mail, ', ''), twin: {} },
  { code: 'vhost/no-host', at: `${blog}:1:1`, files: swap(main, 'web-static', 'dns-secondary'), twin: {} },
];
