import { compareProblems, formatProblem, type Problem } from '../model/problem.ts';
import type { Paint } from './paint.ts';
import { oneLine, printable } from './printable.ts';
import { count } from './words.ts';

export type ProblemFormat = 'text' | 'json' | 'github' | 'sarif';

/** Print problems in one of the formats that people and forges read, sorted by place. */
export function formatProblems(problems: readonly Problem[], format: ProblemFormat, paint: Paint): string {
  const sorted = [...problems].sort(compareProblems);
  return formats[format](sorted, paint);
}

const formats: { readonly [format in ProblemFormat]: (problems: readonly Problem[], paint: Paint) => string } = {
  text: (problems, paint) => [...problems.map((problem) => printable(formatProblem(problem))), problems.length === 0 ? paint('green', 'no problems') : paint('red', count(problems.length, 'problem'))].join('\n'),
  json: (problems) => JSON.stringify({ problems }, null, 2),
  github: (problems) => problems.map(workflowCommand).join('\n'),
  sarif: (problems) => JSON.stringify(sarif(problems), null, 2),
};

/** Source: GitHub's and Forgejo's workflow commands; `%`, CR and LF are data there and must be encoded. */
function workflowCommand({ message, hint, code, source }: Problem): string {
  const property = (text: string): string => oneLine(text).replace(/[%:,]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const text = oneLine(hint === undefined ? message : `${message} – ${hint}`).replaceAll('%', '%25');
  return `::error file=${property(source.file)},line=${source.line},col=${source.column},title=${property(code)}::${text}`;
}

/** Source: SARIF 2.1.0. */
function sarif(problems: readonly Problem[]): object {
  const results = problems.map(({ code, message, hint, source }) => ({
    ruleId: code,
    level: 'error',
    message: { text: oneLine(hint === undefined ? message : `${message} – ${hint}`) },
    locations: [{ physicalLocation: { artifactLocation: { uri: source.file }, region: { startLine: source.line, startColumn: source.column } } }],
  }));
  return { version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json', runs: [{ tool: { driver: { name: 'croft', rules: [...new Set(problems.map(({ code }) => code))].map((id) => ({ id })) } }, results }] };
}
