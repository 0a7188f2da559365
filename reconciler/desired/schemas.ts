import allowances from '../../schemas/allowances.schema.json' with { type: 'json' };
import cluster from '../../schemas/cluster.schema.json' with { type: 'json' };
import host from '../../schemas/host.schema.json' with { type: 'json' };
import limits from '../../schemas/limits.schema.json' with { type: 'json' };
import mailboxes from '../../schemas/mailboxes.schema.json' with { type: 'json' };
import member from '../../schemas/member.schema.json' with { type: 'json' };
import retired from '../../schemas/retired.schema.json' with { type: 'json' };
import secret from '../../schemas/secret.schema.json' with { type: 'json' };
import vhost from '../../schemas/vhost.schema.json' with { type: 'json' };
import zone from '../../schemas/zone.schema.json' with { type: 'json' };
import type {
  AllowancesDeclaration, ClusterDeclaration, HostDeclaration, LimitsDeclaration, MailboxesDeclaration, MemberDeclaration, RetiredDeclaration,
  SecretDeclaration, VhostDeclaration, ZoneDeclaration,
} from '../model/declarations.ts';

/** What a valid document of each kind looks like. */
export interface Declarations {
  readonly allowances: AllowancesDeclaration;
  readonly cluster: ClusterDeclaration;
  readonly host: HostDeclaration;
  readonly limits: LimitsDeclaration;
  readonly mailboxes: MailboxesDeclaration;
  readonly member: MemberDeclaration;
  readonly retired: RetiredDeclaration;
  readonly secret: SecretDeclaration;
  readonly vhost: VhostDeclaration;
  readonly zone: ZoneDeclaration;
}

export type DocumentKind = keyof Declarations;

/** The schemas of the language, by kind of document: what `croft init` hands to editors and every check goes by. */
export const schemas: ReadonlyMap<DocumentKind, object> = new Map<DocumentKind, object>([
  ['allowances', allowances], ['cluster', cluster], ['host', host], ['limits', limits], ['mailboxes', mailboxes], ['member', member],
  ['retired', retired], ['secret', secret], ['vhost', vhost], ['zone', zone],
]);
