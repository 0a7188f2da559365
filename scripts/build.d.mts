/** Is any source newer than the bundle? */
export function isStale(): boolean;
/** Bundle everything into dist/croft.cjs. */
export function build(): Promise<void>;
