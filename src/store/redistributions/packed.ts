import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import { type Redistribution, redistributionSchema } from '../../domain/redistribution/record.js';

const format = storedFormat<Redistribution>('redistribution', redistributionSchema);

/** Formats a redistribution for Redis: version of the record (see save.lua), line break, JSON. */
export function pack(record: Redistribution): string {
  return `${record.version}\n${format.write(record)}`;
}

/** Parses a stored record. @throws UnreadableRecord */
export function unpack(text: string, id: string): Redistribution {
  return format.read(jsonOf(text), id);
}

/** Parses stored records by ID. Those that cannot be read are reported and left out. */
export function unpackAll(
  texts: readonly (readonly [id: string, text: string | null | undefined])[],
  report: ReportUnreadable,
): Redistribution[] {
  return format.readAll(
    texts.map(([id, text]) => [id, text && jsonOf(text)] as const),
    report,
  );
}

function jsonOf(text: string): string {
  return text.slice(text.indexOf('\n') + 1);
}

/** Returns the ID of the batch that opened a redistribution; `''` when no batch opened it. */
export function batchOf({ cause }: Pick<Redistribution, 'cause'>): string {
  return (cause.kind === 'manual' ? cause.batch : undefined) ?? '';
}
