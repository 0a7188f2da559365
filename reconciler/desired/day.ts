/** Tell whether there was, or will be, such a day. Shape: `2026-02-28`, which the schema has looked at; the month must have it too. */
export function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
