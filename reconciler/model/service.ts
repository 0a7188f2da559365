import type { Claim } from './claim.ts';
import type { DesiredState, Host } from './desired.ts';
import type { Resource } from './resource.ts';

/** What a service sees: the whole desired state, and the host to compile for. */
export interface Scope {
  readonly state: DesiredState;
  readonly host: Host;
}

/** Turns what was declared into resources. Pure and deterministic. */
export interface Service {
  readonly name: string;
  /** What this service wishes of others, for the whole co-op. */
  claims?(state: DesiredState): Iterable<Claim>;
  /** What this host must have; nothing when the service does not run here. */
  compile(scope: Scope, claims: readonly Claim[]): Iterable<Resource>;
}
