import { describe, expect, it } from 'vitest';
import {
  BadValueError,
  compileFilter,
  pinnedIds,
  UnknownFieldError,
  type Fields,
} from '../../../../simulator/http/rsql/evaluate.js';
import { FilterSyntaxError, parseFilter } from '../../../../simulator/http/rsql/parse.js';

interface Mac {
  id: number;
  name: string;
  managed: boolean;
  reportedAt: number | null;
  uuid: string;
}

const fields: Fields<Mac> = {
  id: { type: 'id', read: ({ id }) => id },
  'general.name': { type: 'text', read: ({ name }) => name },
  'general.managed': { type: 'boolean', read: ({ managed }) => managed },
  'general.reportDate': { type: 'instant', read: ({ reportedAt }) => reportedAt },
  uuid: { type: 'uuid', read: ({ uuid }) => uuid },
  state: { type: 'text', read: () => 'Pending', words: ['Pending', 'Error'] },
  sent: { type: 'instant', read: ({ reportedAt }) => reportedAt, rangeOnly: true },
};

const at = (iso: string) => Date.parse(iso);
const uuid = (digit: string) => `00000000-0000-0000-0000-00000000000${digit}`;
const macs: Mac[] = [
  { id: 1, name: 'Ada, the "first"', managed: true, reportedAt: at('2026-01-01T00:00:00Z'), uuid: uuid('a') },
  { id: 2, name: 'mac-2', managed: false, reportedAt: at('2026-02-01T00:00:00Z'), uuid: uuid('b') },
  { id: 10, name: 'MAC-10', managed: true, reportedAt: null, uuid: uuid('c') },
];

function ids(filter: string): number[] {
  const expression = parseFilter(filter);
  if (!expression) return macs.map(({ id }) => id);
  return macs.filter(compileFilter(expression, fields)).map(({ id }) => id);
}

describe('RSQL filter', () => {
  it.each([
    ['', [1, 2, 10]],
    ['id==2', [2]],
    ['id!=2', [1, 10]],
    ['id=in=(2,10,99)', [2, 10]],
    ['id=in=("2","10")', [2, 10]],
    ['id=out=(2,10)', [1]],
    ['id=gt=2', [10]],
    ['id=ge=2', [2, 10]],
    ['id=lt=2', [1]],
    ['id=le=2', [1, 2]],
    ['id>2', [10]],
    ['id>=2', [2, 10]],
    ['id<2', [1]],
    ['id<=2', [1, 2]],
    ['general.name=="MAC-2"', [2]],
    ['general.name=="mac*"', [2, 10]],
    ['general.name==*10', [10]],
    ['general.name!="mac*"', [1]],
    ['general.name=="Ada, the \\"first\\""', [1]],
    [`general.name=='Ada*'`, [1]],
    ['general.managed==true', [1, 10]],
    ['general.reportDate=gt=2026-01-15T00:00:00Z', [2]],
    ['general.reportDate=="2026-02-01T00:00:00Z"', [2]],
    [`uuid==${uuid('B')}`, [2]],
    ['state==Pending;id==1', [1]],
  ])('%s', (filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });

  it.each([
    ['id==1,id==2;general.managed==true', [1]],
    ['(id==1,id==2);general.managed==false', [2]],
    ['id==1 or id==2 and general.managed==true', [1]],
    ['id==2 , ( id==10 ; general.managed==true )', [2, 10]],
  ])('binds `and` tighter than `or`: %s', (filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });

  it('never matches a missing field, except with !=', () => {
    expect(ids('general.reportDate=le=2030-01-01T00:00:00Z')).toEqual([1, 2]);
    expect(ids('general.reportDate!=2026-02-01T00:00:00Z')).toEqual([1, 10]);
  });

  it.each(['id', 'id=2', 'id==', '(id==1', 'id==1)', 'id=in=1', 'id=in=(1', 'general.name=="open', '==1'])(
    'refuses %s',
    (filter) => {
      expect(() => parseFilter(filter)).toThrow(FilterSyntaxError);
    },
  );

  it.each(['id==x', 'general.managed==yes', 'uuid==1', 'state==PENDING', 'sent==2026-01-01T00:00:00Z'])(
    'refuses the value of %s',
    (filter) => {
      expect(() => ids(filter)).toThrow(BadValueError);
    },
  );

  it('refuses an unknown field, or ignores it if the option says so', () => {
    expect(() => ids('certificates.commonName==x')).toThrow(UnknownFieldError);
    expect(() => ids('constructor==x')).toThrow(UnknownFieldError);
    const expression = parseFilter('nonsense==x;id==2');
    const matches = expression && compileFilter(expression, fields, { unknownFields: 'ignore' });
    expect(macs.filter((mac) => matches?.(mac)).map(({ id }) => id)).toEqual([2]);
  });

  it('returns the IDs to which a filter is limited', () => {
    const pins = (filter: string) => pinnedIds(parseFilter(filter));
    expect(pins('id=in=(1,2)')).toEqual(['1', '2']);
    expect(pins('general.managed==true;id==7')).toEqual(['7']);
    expect(pins('id==1,id==2')).toBeNull();
    expect(pins('id!=1')).toBeNull();
    expect(pins('')).toBeNull();
  });
});
