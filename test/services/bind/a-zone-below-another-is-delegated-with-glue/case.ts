import { aZone } from '../../mail-state.ts';
import { aHost, aState } from '../../state.ts';

/** The name server's own name lies in the lower zone, so only the upper one can say where to ask. */
export const state = aState({
  hosts: [aHost('main', { roles: ['dns-primary'] })],
  zones: [aZone('fairmeadow.example', { member: null }), aZone('main.fairmeadow.example', { member: null })],
});
