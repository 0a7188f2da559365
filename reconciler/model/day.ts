/** Days as allowances, retirements and notes count them: in UTC, without leap seconds. */
export const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Name a day in UTC. Shape: `2026-11-28`. Units: milliseconds since the epoch. */
export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
