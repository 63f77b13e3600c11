import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCookieJar } from '../../../src/jamf/transport/cookies.js';
import { classicList, id } from '../../../src/jamf/parsing/coerce.js';
import { queueLimiter } from '../../../src/jamf/transport/limiter/limiter.js';
import { createThrottle } from '../../../src/jamf/transport/throttle.js';
import { bare, quoted } from '../../../src/jamf/resources/rsql.js';
import { inventoryOf } from '../../../src/jamf/resources/server/version.js';

describe('quoted', () => {
  it('escapes quotes and backslashes', () => {
    expect(quoted('a"b\\c')).toBe('"a\\"b\\\\c"');
    expect(quoted("O’Neil's Mac; id==1, (x)")).toBe('"O’Neil\'s Mac; id==1, (x)"');
  });

  it('gives one complete text, whatever characters it contains', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(quoted(value)).toMatch(/^"(?:[^"\\]|\\["\\])*"$/);
      }),
    );
  });

  it('does not quote IDs and constants', () => {
    expect(bare('INSTALL_PROFILE')).toBe('INSTALL_PROFILE');
    expect(bare('1;id==2')).toBe('"1;id==2"');
  });
});

describe('inventoryOf', () => {
  it.each([
    ['11.30.0', 'v4'],
    ['11.30.1-t1780000000', 'v4'],
    ['12.0.0', 'v4'],
    ['11.29.1-t1', 'v3'],
    ['10.49.0', 'v3'],
    ['main-build', 'v4'],
  ])('%s has %s', (version, inventory) => expect(inventoryOf(version)).toBe(inventory));
});

describe('a cookie jar', () => {
  it('sends the latest value of each cookie, and deletes expired ones', () => {
    const jar = createCookieJar();
    jar.absorb({ 'set-cookie': ['AWSALB=one==; Path=/; Expires=Wed', 'JSESSIONID=abc; HttpOnly', 'junk'] });
    jar.absorb({ 'set-cookie': ['AWSALB=two; Max-Age=3600', 'JSESSIONID=; Max-Age=0'] });
    expect(jar.header()).toBe('AWSALB=two');
  });

  it('returns independent copies', () => {
    const jar = createCookieJar();
    jar.absorb({ 'set-cookie': ['a=1'] });
    const copy = jar.copy();
    copy.absorb({ 'set-cookie': ['a=2'] });
    expect([jar.header(), copy.header()]).toEqual(['a=1', 'a=2']);
  });
});

describe('classicList', () => {
  const read = (value: unknown) => classicList(z.object({ id }), value, 'computer').map((entry) => entry.id);

  it.each([
    ['a list', [{ id: 1 }, { id: '2' }], ['1', '2']],
    ['a list of named entries', [{ computer: { id: 1 } }, { computer: { id: 2 } }], ['1', '2']],
    ['one entry', { computer: { id: 1 } }, ['1']],
    ['entries under one name', { size: 2, computer: [{ id: 1 }, { id: 2 }] }, ['1', '2']],
    ['one list of many', [{ computer: [{ id: 1 }, { id: 2 }] }], ['1', '2']],
    ['null', null, []],
    ['an empty object', {}, []],
    ['a size alone', { size: 0 }, []],
    ['an empty text', '', []],
    ['an empty list', [], []],
  ])('reads %s', (_, value, ids) => expect(read(value)).toEqual(ids));
});

describe('queueLimiter', () => {
  it('starts tasks up to the limit, and the next one when one ends, successfully or not', async () => {
    const limiter = queueLimiter(2);
    const ends: (() => void)[] = [];
    const failing = () => new Promise<never>((_, reject) => ends.push(() => reject(new Error('over'))));
    const works = Array.from({ length: 5 }, () => limiter(failing).catch(() => 'over'));
    expect(ends).toHaveLength(2);
    ends[0]?.();
    await works[0];
    expect(ends).toHaveLength(3);
    for (let index = 1; index < 5; index += 1) {
      ends[index]?.();
      await works[index];
    }
    expect(await Promise.all(works)).toHaveLength(5);
  });
});

describe('a throttle', () => {
  it('starts no task before the longest wait ends', async () => {
    let now = 0;
    const pace = createThrottle(
      () => now,
      (ms) => {
        now += ms;
        return Promise.resolve();
      },
    );
    expect(pace.hold(500)).toBe(true);
    expect(pace.hold(100)).toBe(false);
    await pace.ready();
    expect(now).toBe(500);
  });
});
