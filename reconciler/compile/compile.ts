import type { Claim } from '../model/claim.ts';
import type { DesiredState, Host } from '../model/desired.ts';
import { loading } from '../model/inputs.ts';
import type { Catalog, Id, Resource } from '../model/resource.ts';
import type { Service } from '../model/service.ts';

/**
 * Compile one host's catalog from the desired state: every service says what it claims, then what this host must have.
 * Pure: same state, same bytes, whatever the order of the services' answers.
 * Errors: a service that breaks a law of the house is a bug and throws.
 */
export function compile(state: DesiredState, host: Host, services: readonly Service[]): Catalog {
  const claims = claimsOf(state, services);
  const byId = named(services.flatMap((service) => [...service.compile({ state, host }, claims)]));
  const resources = [...byId.keys()].sort().flatMap((id) => byId.get(id) ?? []);
  assertLaws(resources, byId);
  return Object.freeze({ host: host.name, revision: state.revision.oid, time: state.revision.time, resources: Object.freeze(loading(resources)) });
}

/** Collect what every service wishes of the others, for the whole co-op. */
export function claimsOf(state: DesiredState, services: readonly Service[]): readonly Claim[] {
  return services.flatMap((service) => [...(service.claims?.(state) ?? [])]);
}

function named(resources: readonly Resource[]): ReadonlyMap<Id, Resource> {
  const byId = new Map<Id, Resource>();
  for (const resource of resources) {
    if (byId.has(resource.id)) throw new Error(`two resources are called ${resource.id}`);
    byId.set(resource.id, resource);
  }
  return byId;
}

function assertLaws(resources: readonly Resource[], byId: ReadonlyMap<Id, Resource>): void {
  for (const resource of resources) {
    for (const need of resource.needs) {
      const needed = byId.get(need);
      if (needed === undefined) throw new Error(`${resource.id} needs ${need}, which no service makes`);
      if (needed.owner !== 'coop' && needed.owner !== resource.owner) throw new Error(`${resource.id} needs ${need}, which is ${needed.owner}'s (law 2)`);
    }
  }
}
