import { aHost, aKey, aMember, aState } from '../../state.ts';

const members = [
  aMember('ada', 10_001, {
    shell: 'zsh',
    sshKeys: [aKey('ada', { forwarding: true, from: ['192.0.2.0/24', '2001:db8::/32'] }), aKey('ada', { comment: 'old "laptop"' })],
  }),
  aMember('bob', 10_002, { state: 'suspended', sshKeys: [aKey('bob')] }),
  aMember('carol', 10_003, { state: 'retired', sshKeys: [aKey('carol')] }),
  aMember('dana', 10_004, { sshKeys: [aKey('dana', { forwarding: true })] }),
  aMember('erin', 10_005),
];

export const state = aState({
  members,
  hosts: [
    aHost('dynamic', { debian: 13, roles: ['web-dynamic'], login: { shell: 'nobody', files: 'nobody' } }),
    aHost('main', { roles: ['mail', 'web-static'] }),
    aHost('shell', { login: { shell: 'everyone', files: 'everyone' } }),
  ],
});
