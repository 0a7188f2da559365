/** The programs of hooks/, which have no ending: scripts/build.mjs and vitest.config.ts give them as text. */
declare module '*/hooks/pre-commit' {
  const text: string;
  export { text as default };
}
declare module '*/hooks/pre-receive' {
  const text: string;
  export { text as default };
}
declare module '*/hooks/post-receive' {
  const text: string;
  export { text as default };
}
