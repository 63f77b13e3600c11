import type { z } from 'zod';

/**
 * Thrown for a stored value that this process cannot read. The value is not changed. `record` identifies the value; the
 * message contains none of its content.
 */
export class UnreadableRecord extends Error {
  readonly kind: string;
  readonly record: string;

  constructor(kind: string, record: string, why: string) {
    super(`${kind} ${record} cannot be read: ${why}`);
    this.name = 'UnreadableRecord';
    this.kind = kind;
    this.record = record;
  }
}

/** Thrown for a stored value that a newer version of Recert wrote. Another process may be able to read it. */
export class NewerRecord extends UnreadableRecord {
  constructor(kind: string, record: string, format: { found: number; known: number }) {
    super(
      kind,
      record,
      `it was written by a newer version of Recert (format ${format.found}, this process reads ${format.known}); upgrade this process`,
    );
    this.name = 'NewerRecord';
  }
}

/** Called with each value that was skipped because it cannot be read. */
export type ReportUnreadable = (error: UnreadableRecord) => void;

/**
 * The format of one kind of stored value or job data: JSON objects with their version in the key `v`. If the key
 * is missing, the version is 1.
 */
export interface StoredFormat<Value> {
  /** Validates a value and returns it with its version, for code that creates the JSON itself. @throws ZodError */
  encode(value: Value): Value & { v: number };
  write(value: Value): string;
  /** Validates a parsed value; `record` names it in errors. @throws NewerRecord or UnreadableRecord */
  decode(stored: unknown, record: string): Value;
  /** Parses and validates a stored text. @throws NewerRecord or UnreadableRecord */
  read(text: string, record: string): Value;
  /** Validates a parsed value. When the value cannot be read, calls `report` and returns `null`. */
  tryDecode(stored: unknown, record: string, report: ReportUnreadable): Value | null;
  /**
   * Parses and validates a stored text. Returns `null` when there is no text. When the text cannot be read, calls
   * `report` and returns `null`.
   */
  tryRead(text: string | null | undefined, record: string, report: ReportUnreadable): Value | null;
  /** Parses and validates stored texts by name. Texts that cannot be read are reported and omitted. */
  readAll(
    texts: Iterable<readonly [record: string, text: string | null | undefined]>,
    report: ReportUnreadable,
  ): Value[];
}

/**
 * Defines the format of a kind of stored value. Increase `version` when processes of an older Recert version must not
 * read the values that this version writes.
 */
export function storedFormat<Value extends object>(
  kind: string,
  schema: z.ZodType<Value>,
  version = 1,
): StoredFormat<Value> {
  function decode(stored: unknown, record: string): Value {
    const { found, value } = splitVersion(stored);
    if (found > version) throw new NewerRecord(kind, record, { found, known: version });
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new UnreadableRecord(kind, record, describeIssue(parsed.error));
  }

  const read = (text: string, record: string) => decode(parse(text, kind, record), record);

  const tryRead: StoredFormat<Value>['tryRead'] = (text, record, report) =>
    text === null || text === undefined ? null : unlessUnreadable(() => read(text, record), report);

  return {
    encode: (value) => ({ v: version, ...schema.parse(value) }),
    write: (value) => JSON.stringify({ v: version, ...value }),
    decode,
    tryDecode: (stored, record, report) => unlessUnreadable(() => decode(stored, record), report),
    read,
    tryRead,
    readAll: (texts, report) => [...texts].flatMap(([record, text]) => tryRead(text, record, report) ?? []),
  };
}

function unlessUnreadable<Value>(read: () => Value, report: ReportUnreadable): Value | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    report(error);
    return null;
  }
}

function splitVersion(stored: unknown): { found: number; value: unknown } {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored))
    return { found: 1, value: stored };
  const { v = 1, ...value } = stored as Record<string, unknown>;
  return { found: Number(v), value };
}

function parse(text: string, kind: string, record: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRecord(kind, record, 'it is not JSON');
  }
}

/** Describes the first validation problem by its path and its zod issue code, without the stored content. */
function describeIssue({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.') ?? '';
  return `${path === '' ? 'it' : path} is not valid (${issue?.code ?? 'unknown'})`;
}
