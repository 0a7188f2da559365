import { aClass, aHost, aMember, aState } from '../../state.ts';

const small = aClass('small', { tasks: 16, memoryMib: 64, cpuPercent: 5, diskMib: 16, openFiles: 64 });

export const state = aState({
  limits: [aClass('plain'), small],
  members: [
    aMember('ada', 10_001), aMember('bob', 10_002, { limits: small }), aMember('carol', 10_003, { state: 'suspended' }),
    aMember('dana', 10_004, { state: 'retired' }),
  ],
  hosts: [aHost('quiet', { login: { shell: 'nobody', files: 'nobody' } }), aHost('shell', { login: { shell: 'everyone', files: 'everyone' } })],
});
