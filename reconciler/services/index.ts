import type { Service } from '../model/service.ts';
import { accounts } from './accounts/index.ts';
import { apache } from './apache/index.ts';
import { base } from './base.ts';
import { bind } from './bind/index.ts';
import { limits } from './limits.ts';
import { mail } from './mail/index.ts';
import { secrets } from './secrets.ts';

/** Every service that a member or a host can ask for. */
export const services: readonly Service[] = [base, accounts, limits, apache, bind, mail, secrets];
