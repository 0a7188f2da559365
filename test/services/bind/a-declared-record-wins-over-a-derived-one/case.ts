import { aMailDomain, aZone, say } from '../../mail-state.ts';
import { aFolder, aHost, aMember, aState, aVhost } from '../../state.ts';

const bob = aMember('bob', 10002);
const main = aHost('main', { roles: ['dns-primary', 'mail', 'web-static'] });

export const state = aState({
  hosts: [main],
  members: [bob],
  vhosts: ['bob.example', 'old.bob.example', 'www.bob.example'].map((name) => aVhost(name, { member: bob, host: main, site: aFolder('site') })),
  zones: [
    aZone('bob.example', { member: 'bob' }, [
      ['@', say.mx(10, 'mx.elsewhere.example')],
      ['@', say.txt('v=spf1 include:elsewhere.example -all'), 600],
      ['@', say.txt('site-verification=1234'), 600],
      ['_dmarc', say.txt('v=DMARC1; p=reject')],
      ['old', say.cname('bob.elsewhere.example')],
      ['www', say.a('203.0.113.9')],
    ]),
    aZone('fairmeadow.example', { member: null }),
    aZone('old.bob.example', { member: 'bob' }),
  ],
  mailDomains: [aMailDomain('bob.example', { member: 'bob' }, { mailboxes: { bob: 100 } })],
});
