import { aFolder, aHost, aMember, aState, aVhost } from '../../state.ts';

const ada = aMember('ada', 10_001, { state: 'suspended' });
const host = aHost('main', { roles: ['web-static'] });

export const state = aState({
  members: [ada],
  hosts: [host],
  vhosts: [
    aVhost('ada.example', { member: ada, host, site: aFolder('site') }, {
      https: 'redirect', headers: { 'X-A': 'b' }, redirects: [{ from: '/x', to: 'https://x.example/' }],
    }),
  ],
});
