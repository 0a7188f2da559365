/** The example co-op on booted Debian hosts, from bare machines and one push, asked by real clients. */
import { describe } from 'vitest';
import { foundedCoop } from './founded.ts';
import { changes } from './stories/changes.ts';
import { dns } from './stories/dns.ts';
import { drift } from './stories/drift.ts';
import { firstRun } from './stories/first-run.ts';
import { limits } from './stories/limits.ts';
import { logins } from './stories/logins.ts';
import { mail } from './stories/mail.ts';
import { transactions } from './stories/transactions.ts';
import { secrets } from './stories/secrets.ts';
import { retire } from './stories/retire.ts';
import { pause } from './stories/pause.ts';
import { trust } from './stories/trust.ts';
import { twoProcesses } from './stories/two-processes.ts';
import { web } from './stories/web.ts';

describe('Fairmeadow on booted hosts', () => {
  const coop = foundedCoop();

  firstRun(coop);
  dns(coop);
  logins(coop);
  web(coop);
  mail(coop);
  limits(coop);
  drift(coop);
  pause(coop);
  changes(coop);
  transactions(coop);
  secrets(coop);
  retire(coop);
  twoProcesses(coop);
  trust(coop);
});
