import { type Redistribution, redistributionSchema } from '../../domain/redistribution/record.js';

/** Formats a redistribution for Redis: version, line break, JSON. */
export function pack(record: Redistribution): string {
  return `${record.version}\n${JSON.stringify(record)}`;
}

/** Parses a redistribution in the format of `pack`. */
export function unpack(text: string): Redistribution {
  return redistributionSchema.parse(JSON.parse(text.slice(text.indexOf('\n') + 1)));
}

/** Returns the ID of the batch that opened a redistribution; `''` when no batch opened it. */
export function batchOf({ cause }: Pick<Redistribution, 'cause'>): string {
  return (cause.kind === 'manual' ? cause.batch : undefined) ?? '';
}
