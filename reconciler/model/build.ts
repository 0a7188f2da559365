/** Put in by the bundler: the digest of everything that the bundle was made of. */
declare const BUILD_OF_CROFT: string | undefined;

/** Which croft this is, to the last byte of its sources; null when it runs from them, which may change at any time. Shape: 16 hex digits. */
export const build: string | null = typeof BUILD_OF_CROFT === 'undefined' ? null : BUILD_OF_CROFT;
