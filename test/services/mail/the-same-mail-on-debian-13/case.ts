import { aMailDomain } from '../../mail-state.ts';
import { aHost, aMember, aState } from '../../state.ts';

export const state = aState({
  hosts: [aHost('main', { debian: 13, roles: ['mail'] })],
  members: [aMember('bob', 10002)],
  mailDomains: [aMailDomain('bob.example', { member: 'bob' }, { mailboxes: { bob: 100, robot: 'send-only' }, aliases: { postmaster: ['bob'] } })],
});
