import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NewerRecord, storedFormat, UnreadableRecord } from '../../../src/json/stored.js';

const format = storedFormat('note', z.strictObject({ text: z.string() }));
const newer = storedFormat('note', z.object({ text: z.string(), color: z.string() }), 2);

describe('the format of stored values', () => {
  test('has a version of six bytes, and a value without a version is version 1', () => {
    const text = format.write({ text: 'a' });
    expect(text).toBe('{"v":1,"text":"a"}');
    expect(format.read(text, '1')).toEqual({ text: 'a' });
    expect(format.read('{"text":"a"}', '1')).toEqual({ text: 'a' });
    expect(format.decode(format.encode({ text: 'a' }), '1')).toEqual({ text: 'a' });
  });

  test('refuses a newer version, and says what to do', () => {
    const text = newer.write({ text: 'a', color: 'red' });
    expect(() => format.read(text, '7')).toThrow(NewerRecord);
    expect(() => format.read(text, '7')).toThrow(
      'note 7 cannot be read: it was written by a newer version of Recert (format 2, this process reads 1); upgrade this process',
    );
  });

  test('reads an older version if its fields fit', () => {
    expect(newer.read('{"v":1,"text":"a","color":"red"}', '7')).toEqual({ text: 'a', color: 'red' });
  });

  test.each(['', 'null', '7', '[]', '{"text":"a"', '{"text":7}', '{"v":"x","other":"secret"}'])(
    'reports an unreadable value without its content: %s',
    (text) => {
      const reading = () => format.read(text, '7');
      expect(reading).toThrow(UnreadableRecord);
      expect(reading).not.toThrow(NewerRecord);
      expect(reading).toThrow(/^note 7 cannot be read: /);
      expect(reading).not.toThrow(/secret/);
    },
  );

  test('reads the rest of a list, and reports each unreadable value', () => {
    const reported: string[] = [];
    const texts = [
      ['1', format.write({ text: 'a' })],
      ['2', '{"v":2,"text":"a"}'],
      ['3', null],
      ['4', '{'],
      ['5', '{"text":"b"}'],
    ] as const;
    expect(format.readAll(texts, ({ record }) => reported.push(record))).toEqual([
      { text: 'a' },
      { text: 'b' },
    ]);
    expect(reported).toEqual(['2', '4']);
  });
});

test('all stored JSON has a format: stores and queues parse nothing without it', () => {
  const root = new URL('../../..', import.meta.url).pathname;
  const files = ['src/store', 'src/queues', 'src/webhooks/spool', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(60);
  expect(files.filter((file) => readFileSync(join(root, file), 'utf8').includes('JSON.parse('))).toEqual([]);
});
