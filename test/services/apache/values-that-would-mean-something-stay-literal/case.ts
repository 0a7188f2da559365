import { aFolder, aHost, aMember, aProgram, aState, aVhost } from '../../state.ts';

const ada = aMember('ada', 10_001);
const host = aHost('dynamic', { roles: ['web-dynamic'] });
const wish = {
  redirects: [
    { from: '/%24%7BHOME%7D', to: 'https://e.example/$http_x_evil/%25%7BENV:SECRET%7D/$1' },
    { from: '/b%24%7BHOME%7D%22', exact: false, to: 'https://e.example' },
  ],
  headers: {
    'X-A': '${HOME} %{SECRET}e ${CROFT_DOLLAR} \\', 'X-B': 'expr=%{HTTP_HOST} $1 ${HOME} \\', 'X-C': 'EXPR=%{reqenv:X}',
    'X-D': '"q" \'s\' \\n \\" # x', 'X-E': '%%',
  },
};

export const state = aState({
  members: [ada],
  hosts: [host],
  vhosts: [
    aVhost('ada.example', { member: ada, host, site: aProgram(20_010) }, wish),
    aVhost('st.ada.example', { member: ada, host, site: aFolder('st') }, wish),
  ],
});
