/** What is let pass where trust is switched off. */
import { rules } from '../proposals.ts';
import { green, odd, ownYaml, type Case } from './case.ts';

export const off: readonly Case[] = [
  { name: 'trust is off: a limits class by nobody', rules: { ...rules, trust: null }, proposed: [ownYaml({ limits: 'heavy' }, [])], expected: [green] },
  { name: 'trust is off: a link', rules: { ...rules, trust: null }, proposed: [odd('members/ada/link', { mode: '120000', by: [] })], expected: [green] },
];
