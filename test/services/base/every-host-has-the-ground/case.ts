import { aHost, aState } from '../../state.ts';

export const state = aState({ hosts: [aHost('main')] });
