import type { Plugin } from 'esbuild';

export function compiledSchemas(folder: string): Plugin;
export function validatorCode(folder: string): string;
