// Writes reconciler/model/declarations.ts from schemas/*.schema.json: one interface for each kind of document and for each object in
// its $defs. The schemas are the members' manual and CI's validator; making the types from them means that the code cannot disagree.
// It knows just the JSON Schema that croft's schemas use (draft 2020-12) and throws at anything else, so that nothing is typed by
// guess. The same schemas give the same bytes. Run it by `npm run types`; a test fails when the file is stale.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const target = new URL('reconciler/model/declarations.ts', root);
const lineWidth = 150;

const header = `// Generated from schemas/*.schema.json by \`npm run types\`. Do not edit: change the schema, then run it again.
//
// What documents of the configuration repository look like once they are valid, exactly as members write them: text is still text,
// defaults are not filled in, names are not resolved. The parsed and cross-checked form is in desired.ts.
`;

/** Read every schema of documents. Shape: kind → schema, sorted by kind. */
export function readSchemas() {
  const names = readdirSync(new URL('schemas', root)).filter((name) => name.endsWith('.schema.json')).sort();
  return new Map(names.map((name) => [name.replace('.schema.json', ''), JSON.parse(readFileSync(new URL(`schemas/${name}`, root), 'utf8'))]));
}

/** Write the text of declarations.ts for these schemas. Errors: a schema that the generator does not understand. */
export function generateDeclarations(schemas) {
  const types = [...schemas].flatMap(([kind, schema]) => declarationsOf(kind, schema));
  const names = types.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`cannot name two types ${twice}: rename one of the $defs`);
  return `${header}\n${types.map(({ text }) => text).join('\n')}`;
}

function declarationsOf(kind, schema) {
  const own = { name: typeName(kind), text: declaration(kind, schema, schema) };
  const defs = Object.entries(schema.$defs ?? {}).filter(([, def]) => isNamed(def));
  return [own, ...defs.map(([name, def]) => ({ name: typeName(name), text: declaration(name, def, schema) }))];
}

function declaration(name, schema, document) {
  const comment = jsdoc(schema.description, '');
  if (schema.properties === undefined) return `${comment}export type ${typeName(name)} =\n${union(schema.oneOf, document, '\n')};\n`;
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(([key, field]) => property({ key, field, document, optional: !required.has(key) }));
  return `${comment}export interface ${typeName(name)} {\n${fields.join('')}}\n`;
}

function property({ key, field, document, optional }) {
  const fallback = field.default === undefined ? '' : ` Default: ${JSON.stringify(field.default)}.`;
  return `${jsdoc(`${field.description}${fallback}`, '  ')}  readonly ${propertyKey(key)}${optional ? '?' : ''}: ${typeOf(field, document)};\n`;
}

/** Say the TypeScript type of a schema in place; objects and unions are said by name. */
function typeOf(schema, document) {
  if (schema.$ref !== undefined) return referred(schema.$ref, document);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.oneOf !== undefined) return union(schema.oneOf, document, ' ');
  switch (schema.type) {
    case 'string': return 'string';
    case 'boolean': return 'boolean';
    case 'integer': return 'number';
    case 'array': return arrayOf(typeOf(schema.items, document));
    case 'object': return mapOf(schema, document);
    default: throw new Error(`cannot type ${JSON.stringify(schema)}: not in the part of JSON Schema that croft uses`);
  }
}

function referred(ref, document) {
  const name = ref.replace('#/$defs/', '');
  const def = document.$defs?.[name];
  if (def === undefined) throw new Error(`cannot follow ${ref}: there is no such definition`);
  return isNamed(def) ? typeName(name) : typeOf(def, document);
}

function mapOf(schema, document) {
  const values = Object.values(schema.patternProperties ?? {});
  if (values.length !== 1 || schema.properties !== undefined) throw new Error('cannot type an object in place: move it to $defs, or give it one pattern');
  return `{ readonly [key: string]: ${typeOf(values[0], document)} }`;
}

function arrayOf(item) {
  return item.includes(' ') ? `readonly (${item})[]` : `readonly ${item}[]`;
}

function union(branches, document, separator) {
  const types = branches.map((branch) => typeOf(branch, document));
  return separator === '\n' ? types.map((type) => `  | ${type}`).join('\n') : types.join(' | ');
}

function isNamed(def) {
  return def.properties !== undefined || def.oneOf !== undefined;
}

function typeName(name) {
  return `${name.split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')}Declaration`;
}

function propertyKey(key) {
  return /^[a-z][a-z0-9]*$/.test(key) ? key : quoted(key);
}

function literal(value) {
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Write a description as a doc comment, on one line when it fits. */
function jsdoc(description, indent) {
  const lines = wrap(description.replaceAll('*/', '* /'), lineWidth - indent.length - 7);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

function wrap(text, width) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, generateDeclarations(readSchemas()));
