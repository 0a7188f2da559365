import { ipv4, ipv6 } from '../../../../reconciler/model/grammar/addresses.ts';
import { aMailDomain } from '../../mail-state.ts';
import { aHost, aMember, aState, sure } from '../../state.ts';

const newer = { debian: 13, ipv4: sure(ipv4('192.0.2.12')), ipv6: sure(ipv6('2001:db8:77::12')), roles: ['mail'] } as const;

/** Only the first host with the role keeps mail; the other one gets nothing. */
export const state = aState({
  hosts: [aHost('main', { roles: ['mail'] }), aHost('second', newer)],
  members: [aMember('ada', 10001), aMember('bob', 10002), aMember('gina', 10007, { state: 'suspended' })],
  mailDomains: [
    aMailDomain('ada.example', { member: 'ada' }, {
      mailboxes: { ada: 2048, newsletter: 'send-only', tiny: 1 }, aliases: { info: ['ada'], friends: ['ada', 'bob@bob.example', 'x@far.example'] }, catchAll: 'ada',
    }),
    aMailDomain('bob.example', { member: 'bob' }, {
      mailboxes: { bob: 100, robot: 'send-only' }, aliases: { postmaster: ['bob'] },
      password: '$argon2id$v=19$m=65536,t=3,p=1$BpLnfgDsc2WD8F2q$PFbBZZ7WHM/TXPAxGaJ2OIpN7Z1hXFUyZbLmjuxyFBI',
    }),
    aMailDomain('fairmeadow.example', { member: null }, { mailboxes: { dana: 100 } }),
    aMailDomain('gina.example', { member: 'gina' }, { mailboxes: { gina: 100 }, aliases: { hello: ['gina'] }, suspended: true }),
  ],
});
