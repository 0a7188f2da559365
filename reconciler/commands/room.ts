import { setFlagsFromString } from 'node:v8';

/**
 * Take as much memory for what is forgotten at once as V8 takes by itself: croft starts with little (bin/croft.cjs), and a run that looks
 * at thousands of things would go on moving them. To be called once all is loaded: V8 takes kept code only under the flags under which it
 * was made. Its flags are its own affair, and another V8 may not know this one.
 */
export function takeRoom(): void {
  if (process.version.startsWith('v20.')) setFlagsFromString('--semi-space-growth-factor=2');
}
