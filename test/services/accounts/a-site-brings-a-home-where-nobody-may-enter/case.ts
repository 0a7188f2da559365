import { aFolder, aHost, aMember, aState, aVhost } from '../../state.ts';

const ada = aMember('ada', 10_001);
const host = aHost('dynamic', { roles: ['web-static'], login: { shell: 'nobody', files: 'nobody' } });

export const state = aState({
  members: [ada, aMember('bob', 10_002)],
  hosts: [host],
  vhosts: [aVhost('ada.example', { member: ada, host, site: aFolder('site') })],
});
