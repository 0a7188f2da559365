import { bootstrap } from './bootstrap.ts';
import { can } from './can.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { compile } from './compile.ts';
import { drift } from './drift.ts';
import { fmt } from './fmt.ts';
import { hook } from './hook.ts';
import { init } from './init.ts';
import { kick } from './kick.ts';
import { create } from './new.ts';
import { pause } from './pause.ts';
import { plan } from './plan.ts';
import { preview } from './preview.ts';
import { prove } from './prove.ts';
import { purge } from './purge.ts';
import { reconcile } from './reconcile.ts';
import { recovery } from './recover.ts';
import { resume } from './resume.ts';
import { rollback } from './rollback.ts';
import { secret } from './secret.ts';
import { publishing } from './tell-others.ts';
import { status } from './status.ts';
import { whoami } from './whoami.ts';
import { why } from './why.ts';

/** Every verb that croft knows, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [init, create, fmt, check, preview, plan, reconcile, recovery, drift, purge, status, why, pause, resume, rollback, can, whoami, prove, secret, bootstrap, kick, hook, compile, publishing];
