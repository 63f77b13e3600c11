import { describe, expect, it } from 'vitest';
import { JamfError } from '../../../../src/domain/jamf-error.js';
import { gatherer } from '../../../../src/application/redistribution/run/batcher.js';
import { createGroups } from '../../../../src/application/redistribution/run/group-membership.js';
import { IDS, START } from '../../../support/redistribution/fixtures.js';
import { jamfError, pretendJamf } from '../../../support/redistribution/pretend.js';

const GROUP = IDS.joinGreen;

function refusal(): JamfError {
  return new JamfError({
    instance: 'prod',
    call: 'groups.add',
    status: 409,
    happened: 'answered 409',
    said: 'Unable to match computer',
    advice: '',
    retryable: false,
    inDoubt: false,
    retryAfterMs: null,
  });
}

/** A pretend Jamf with Macs 1 to 9 that refuses every request with one of these Macs in it. */
function jamfWithout(...refused: string[]) {
  const jamf = pretendJamf(() => START);
  for (let id = 1; id < 10; id += 1) jamf.add(String(id));
  const calls: string[] = [];
  const client = jamf.client((when, call) => {
    if (when !== 'before') return;
    calls.push(call);
    const [, ids = ''] = /^add (\S+)/.exec(call) ?? [];
    if (ids.split(',').some((id) => refused.includes(id))) throw refusal();
  });
  return { jamf, client, calls };
}

describe('changing a group for many Macs', () => {
  it('takes one call for all who come while another is on its way, and reads back once', async () => {
    const { client, calls } = jamfWithout();
    const groups = createGroups();
    const shown = await Promise.all(
      ['1', '2', '3', '4'].map((id) => groups.change(client, GROUP, 'add', id)),
    );
    expect(shown).toEqual([true, true, true, true]);
    expect(calls).toEqual([`add 1 to ${GROUP}`, 'group', `add 2,3,4 to ${GROUP}`, 'group']);
  });

  it('does not let one Mac that Jamf refuses spoil it for the others', async () => {
    const { client, jamf } = jamfWithout('3');
    const groups = createGroups();
    const shown = await Promise.all(
      ['1', '2', '3', '4'].map((id) => groups.change(client, GROUP, 'add', id)),
    );
    expect(shown).toEqual([true, true, false, true]);
    expect([...jamf.members(GROUP)]).toEqual(['1', '2', '4']);
    await expect(groups.change(client, GROUP, 'add', '3')).rejects.toThrow('Unable to match computer');
  });

  it('tells all of them when nobody knows whether it was done', async () => {
    const jamf = pretendJamf(() => START);
    for (const id of ['1', '2', '3']) jamf.add(id);
    let calls = 0;
    const client = jamf.client((when, _call, write) => {
      if (write && when === 'after' && ++calls === 2) throw jamfError('did not answer', { inDoubt: true });
    });
    const groups = createGroups();
    const results = await Promise.allSettled(
      ['1', '2', '3'].map((id) => groups.change(client, GROUP, 'add', id)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(jamf.redundant).toEqual([]);
  });

  it('shares one reading among all who ask meanwhile', async () => {
    const { client, calls } = jamfWithout();
    const groups = createGroups();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => groups.isMember(client, GROUP, String(index))),
    );
    expect(calls).toEqual(['group', 'group']);
  });
});

describe('gathering', () => {
  it('keeps to the size of a batch, and goes on after an error', async () => {
    const batches: (readonly number[])[] = [];
    const ask = gatherer<number, number>(async (items) => {
      batches.push(items);
      await Promise.resolve();
      if (items.includes(3)) throw new Error('three');
      return items.map((item) => item * 2);
    }, 2);
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(ask));
    expect(batches).toEqual([[1], [2, 3], [4, 5]]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      2,
      'failed',
      'failed',
      8,
      10,
    ]);
  });
});
