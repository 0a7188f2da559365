import type { Claim } from '../model/claim.ts';
import type { DesiredState, Host } from '../model/desired.ts';
import { inputsIn } from '../model/inputs.ts';
import type { Catalog, Id, Resource, State } from '../model/resource.ts';
import type { Service } from '../model/service.ts';
import { compareText } from '../model/source.ts';
import { fingerprint } from '../model/state.ts';

/**
 * Compile one host's catalog from the desired state: every service says what it claims, then what this host must have.
 * Pure: same state, same bytes, whatever the order of the services' answers.
 * Errors: a service that breaks a law of the house is a bug and throws.
 */
export function compile(state: DesiredState, host: Host, services: readonly Service[]): Catalog {
  const claims = claimsOf(state, services);
  const resources = services.flatMap((service) => [...service.compile({ state, host }, claims)]).sort((a, b) => compareText(a.id, b.id));
  assertLaws(resources);
  return Object.freeze({ host: host.name, revision: state.revision.oid, time: state.revision.time, resources: Object.freeze(resources.map(loaded(resources))) });
}

/** Collect what every service wishes of the others, for the whole co-op. */
export function claimsOf(state: DesiredState, services: readonly Service[]): readonly Claim[] {
  return services.flatMap((service) => [...(service.claims?.(state) ?? [])]);
}

/** Give each unit the fingerprint of the configuration that it is to have loaded. */
function loaded(resources: readonly Resource[]): (resource: Resource) => Resource {
  const desired = new Map<Id, State | null>(resources.map((resource) => [resource.id, resource.desired]));
  return (resource) => {
    const { load } = resource;
    if (load === undefined || resource.desired === null) return resource;
    const inputs = inputsIn(resources, resource);
    return Object.freeze({ ...resource, desired: Object.freeze({ ...resource.desired, loaded: fingerprint(inputs, desired) }) });
  };
}

function assertLaws(resources: readonly Resource[]): void {
  const byId = new Map<Id, Resource>();
  for (const resource of resources) {
    if (byId.has(resource.id)) throw new Error(`two resources are called ${resource.id}`);
    byId.set(resource.id, resource);
  }
  for (const resource of resources) {
    for (const need of resource.needs) {
      const needed = byId.get(need);
      if (needed === undefined) throw new Error(`${resource.id} needs ${need}, which no service makes`);
      if (needed.owner !== 'coop' && needed.owner !== resource.owner) throw new Error(`${resource.id} needs ${need}, which is ${needed.owner}'s (law 2)`);
    }
  }
}
