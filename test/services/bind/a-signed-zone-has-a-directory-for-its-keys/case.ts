import { ipv4, ipv6 } from '../../../../reconciler/model/grammar/addresses.ts';
import { aZone, say } from '../../mail-state.ts';
import { aHost, aMember, aState, sure } from '../../state.ts';

const main = aHost('main', { roles: ['dns-primary'] });
const dynamic = aHost('dynamic', { debian: 13, ipv4: sure(ipv4('192.0.2.12')), ipv6: sure(ipv6('2001:db8:77::12')), roles: ['dns-secondary'] });

export const state = aState({
  hosts: [dynamic, main],
  members: [aMember('ada', 10001)],
  zones: [
    { ...aZone('ada.example', { member: 'ada' }, [['@', say.a('203.0.113.5')]]), dnssec: true },
    aZone('bob.example', { member: null }),
  ],
});
