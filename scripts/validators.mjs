// Compiles the schemas to code while croft is bundled: compiling them in each run would cost more than all else that a run has to do.
// What comes out stands in the place of reconciler/desired/validators.ts, with the same options, and validates the same.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import validation from '../reconciler/desired/validation.json' with { type: 'json' };

/** An esbuild plugin that compiles the schemas of a folder. */
export function compiledSchemas(folder) {
  return {
    name: 'compiled schemas',
    setup: (building) => building.onLoad({ filter: /desired\/validators\.ts$/ }, () => ({ contents: `const [makers, made] = [${validatorCode(folder)}, {}];\nexport const validatorOf = (kind) => (made[kind] ??= makers[kind]());\n`, loader: 'js', resolveDir: folder })),
  };
}

/** Write the validators of all schemas in a folder. Shape: an object that has what makes it for each kind of document; a run that reads one kind builds the patterns of no other. */
export function validatorCode(folder) {
  const ajv = new Ajv2020({ ...validation.options, code: { source: true } });
  ajv.addVocabulary(validation.vocabulary);
  const kinds = readdirSync(folder).filter((name) => name.endsWith('.schema.json')).map((name) => name.replace('.schema.json', ''));
  for (const kind of kinds) ajv.addSchema(JSON.parse(readFileSync(join(folder, `${kind}.schema.json`), 'utf8')), kind);
  const makers = kinds.map((kind) => `${JSON.stringify(kind)}: () => { const exports = {}; ${standalone.default(ajv, { [kind]: kind }).replace(new RegExp(validation.copied, 'g'), validation.added)}\nreturn exports[${JSON.stringify(kind)}]; },\n`);
  return `{ ${makers.join('')} }`;
}
