import { check } from './check.ts';
import type { Command } from './command.ts';
import { drift } from './drift.ts';
import { init } from './init.ts';
import { plan } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { why } from './why.ts';

/** Every verb that croft knows, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [init, check, plan, reconcile, drift, why];
