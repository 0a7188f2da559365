declare global {
  /** What starts croft knows V8's flags, and puts them back after each load; nobody starts a test (bin/croft.cjs). */
  var takeRoom: (() => void) | undefined;
}

/**
 * Take as much memory for what is forgotten at once as V8 takes by itself: croft starts with little (bin/croft.cjs), and a run that looks
 * at thousands of things would go on moving them.
 */
export function takeRoom(): void {
  globalThis.takeRoom?.();
}
