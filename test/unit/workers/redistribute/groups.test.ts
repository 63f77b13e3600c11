import { describe, expect, it } from 'vitest';
import { JamfError } from '../../../../src/domain/jamf-error.js';
import { createGroups } from '../../../../src/application/redistribution/run/group-membership.js';
import { type Fence, FencedError } from '../../../../src/domain/fence.js';
import { OPEN } from '../../../support/fence.js';
import { IDS, START } from '../../../support/redistribution/fixtures.js';
import { jamfError, createSimulatedJamf } from '../../../support/redistribution/simulated-jamf.js';

const GROUP = IDS.joinGreen;
const member = (computerId: string, fence: Fence = OPEN) => ({ computerId, fence });

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

/** A simulated Jamf Pro with Macs 1 to 9 that refuses every request that contains one of these Macs. */
function jamfWithout(...refused: string[]) {
  const jamf = createSimulatedJamf(() => START);
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

describe('group changes for several Macs', () => {
  it('are sent in one request for all that arrive while another request is in progress, and read back once', async () => {
    const { client, calls } = jamfWithout();
    const groups = createGroups();
    const shown = await Promise.all(
      ['1', '2', '3', '4'].map((id) => groups.change(client, GROUP, 'add', member(id))),
    );
    expect(shown).toEqual([true, true, true, true]);
    expect(calls).toEqual([`add 1 to ${GROUP}`, 'group', `add 2,3,4 to ${GROUP}`, 'group']);
  });

  it('succeed for the other Macs when Jamf Pro refuses one of them', async () => {
    const { client, jamf } = jamfWithout('3');
    const groups = createGroups();
    const shown = await Promise.all(
      ['1', '2', '3', '4'].map((id) => groups.change(client, GROUP, 'add', member(id))),
    );
    expect(shown).toEqual([true, true, false, true]);
    expect([...jamf.members(GROUP)]).toEqual(['1', '2', '4']);
    await expect(groups.change(client, GROUP, 'add', member('3'))).rejects.toThrow(
      'Unable to match computer',
    );
  });

  it('leave out the Macs whose fence refuses, and are sent for the others', async () => {
    const { client, jamf, calls } = jamfWithout();
    const groups = createGroups();
    const refuse: Fence = { check: () => Promise.resolve('paused'), maxAgeMs: 1_000 };
    const shown = await Promise.allSettled([
      groups.change(client, GROUP, 'add', member('1')),
      groups.change(client, GROUP, 'add', member('2')),
      groups.change(client, GROUP, 'add', member('3', refuse)),
      groups.change(client, GROUP, 'add', member('4')),
    ]);
    expect(shown[2]).toMatchObject({ status: 'rejected', reason: { reason: 'paused' } });
    expect((shown[2] as PromiseRejectedResult).reason).toBeInstanceOf(FencedError);
    expect([...jamf.members(GROUP)]).toEqual(['1', '2', '4']);
    expect(jamf.writes).toEqual([`add 1 to ${GROUP}`, `add 2,4 to ${GROUP}`]);
    expect(calls.at(-1)).toBe('group');
  });

  it('are not sent when all fences refuse, including a job that was taken over and refused twice', async () => {
    const { client, jamf, calls } = jamfWithout();
    const groups = createGroups();
    const refuse: Fence = { check: () => Promise.resolve('lost'), maxAgeMs: 1_000 };
    const results = await Promise.allSettled(
      ['1', '2', '2'].map((id) => groups.change(client, GROUP, 'add', member(id, refuse))),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(jamf.writes).toEqual([]);
    expect(calls).not.toContain('group');
  });

  it('are sent once for a Mac whose old job (lock lost) and new job are in one request', async () => {
    const { client, jamf } = jamfWithout();
    const groups = createGroups();
    const refuse: Fence = { check: () => Promise.resolve('lost'), maxAgeMs: 1_000 };
    const results = await Promise.allSettled([
      groups.change(client, GROUP, 'add', member('1')),
      groups.change(client, GROUP, 'add', member('2', refuse)),
      groups.change(client, GROUP, 'add', member('2')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(jamf.writes).toEqual([`add 1 to ${GROUP}`, `add 2 to ${GROUP}`]);
  });

  it('report an unknown result to all Macs of the request', async () => {
    const jamf = createSimulatedJamf(() => START);
    for (const id of ['1', '2', '3']) jamf.add(id);
    let calls = 0;
    const client = jamf.client((when, _call, write) => {
      if (write && when === 'after' && ++calls === 2) throw jamfError('did not answer', { inDoubt: true });
    });
    const groups = createGroups();
    const results = await Promise.allSettled(
      ['1', '2', '3'].map((id) => groups.change(client, GROUP, 'add', member(id))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(jamf.redundant).toEqual([]);
  });

  it('share one read among all concurrent callers', async () => {
    const { client, calls } = jamfWithout();
    const groups = createGroups();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => groups.isMember(client, GROUP, String(index))),
    );
    expect(calls).toEqual(['group', 'group']);
  });
});
