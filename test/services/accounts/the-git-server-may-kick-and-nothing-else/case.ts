import { aHost, aKey, aMember, aState, at } from '../../state.ts';

const { type, blob } = aKey('dana');

export const state = aState({
  cluster: { kickKey: { type, blob, comment: 'git server "main"', source: at('cluster.yaml', 8) } },
  members: [aMember('dana', 10_004)],
  hosts: [aHost('shell', { login: { shell: 'nobody', files: 'nobody' } })],
});
