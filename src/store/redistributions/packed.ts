import { type Redistribution, redistributionSchema } from '../../domain/redistribution/record.js';

/** Formats a record for Redis: version, line break, JSON. */
export function pack(record: Redistribution): string {
  return `${record.version}\n${JSON.stringify(record)}`;
}

/** Parses a stored record. */
export function unpack(text: string): Redistribution {
  return redistributionSchema.parse(JSON.parse(text.slice(text.indexOf('\n') + 1)));
}

/** Returns the batch ID of a redistribution; `''` for none. */
export function batchOf({ cause }: Pick<Redistribution, 'cause'>): string {
  return (cause.kind === 'manual' ? cause.batch : undefined) ?? '';
}
