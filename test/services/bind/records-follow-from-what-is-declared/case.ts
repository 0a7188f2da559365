import { ipv4, ipv6 } from '../../../../reconciler/model/grammar/addresses.ts';
import { aMailDomain, aZone, say } from '../../mail-state.ts';
import { aFolder, aHost, aMember, aProgram, aState, aVhost, sure } from '../../state.ts';

const ada = aMember('ada', 10001);
const carol = aMember('carol', 10003);
const main = aHost('main', { roles: ['dns-primary', 'mail', 'web-static'] });
const dynamic = aHost('dynamic', { debian: 13, ipv4: sure(ipv4('192.0.2.12')), ipv6: sure(ipv6('2001:db8:77::12')), roles: ['dns-secondary', 'web-dynamic'] });
const key = `v=DKIM1; k=rsa; p=${'MIIB'.repeat(100)}`;

export const state = aState({
  hosts: [dynamic, main],
  members: [ada, carol],
  vhosts: [
    aVhost('app.shop.ada.example', { member: carol, host: dynamic, site: aProgram(20001) }),
    aVhost('blog.ada.example', { member: ada, host: main, site: aFolder('blog') }, { aliases: ['www.blog.ada.example', 'elsewhere.example'] }),
  ],
  zones: [
    aZone('2.0.192.in-addr.arpa', { member: null }),
    aZone('7.7.0.0.8.b.d.0.1.0.0.2.ip6.arpa', { member: null }),
    aZone('ada.example', { member: 'ada' }, [
      ['@', say.txt('say "hello"; \\o/'), 600],
      ['@', say.caa('letsencrypt.org; validationmethods=dns-01')],
      ['k1._domainkey', say.txt(key)],
      ['*.wild', say.cname('blog.ada.example'), 300],
      ['_sip._tcp', say.srv(5060, 'sip.ada.example')],
      ['sip', say.a('203.0.113.5'), 600],
    ]),
    aZone('fairmeadow.example', { member: null }),
    aZone('shop.ada.example', { member: 'carol' }),
  ],
  mailDomains: [aMailDomain('ada.example', { member: 'ada' }, { mailboxes: { ada: 100 } })],
});
