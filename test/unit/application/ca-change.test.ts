import { expect, it } from 'vitest';
import {
  checkProfiles,
  type ProfileCheckDeps,
} from '../../../src/application/inventory/sweeps/audit-profiles.js';
import type { CaFacts } from '../../../src/domain/audit/ca.js';
import type { AuditReport } from '../../../src/domain/audit/report.js';
import { watch } from '../domain/support/fleet.js';
import { goodProfile } from '../domain/support/profiles.js';

/** The profile check of one profile, with ports in memory. */
function checked() {
  const reports = new Map<string, AuditReport>();
  const risks: unknown[] = [];
  const failures: unknown[] = [];
  let ca: Partial<CaFacts> = {};
  let now = 0;
  const details = goodProfile();
  const watched = watch({ blue: details, policy: { overlap: undefined, mechanisms: ['native'] } });
  const deps: ProfileCheckDeps = {
    limits: { noteRisk: (_instance, _profile, { caKeys }) => Promise.resolve(risks.push(caKeys) < 0) },
    profileAudits: {
      get: (_instance, id) => Promise.resolve(reports.get(id) ?? null),
      save: (_instance, report) => Promise.resolve(void reports.set(report.id, report)),
    },
    computers: { list: () => Promise.resolve({ computers: [], cursor: null, unreadable: [] }) },
    profiles: { watchedProfiles: () => Promise.resolve({ watched: [watched], missing: [] }) },
    telemetry: { emit: (kind) => void failures.push(kind) },
    askCa: () =>
      Promise.resolve({
        askedAt: now,
        error: '',
        answered: true,
        renewal: false,
        expiresAt: null,
        raExpiresAt: null,
        ...ca,
      }),
    now: () => now,
    stopping: new AbortController().signal,
  };
  return {
    risks,
    failures,
    check: async (at: number, facts: Partial<CaFacts>) => {
      [now, ca] = [at, facts];
      await checkProfiles(deps, 'prod', new Map([[details.id, details]]), { field: true });
      const { caKeys, caChange } = reports.get(details.id)?.field ?? {};
      return { caKeys, caChange };
    },
  };
}

const withKeys = (...ids: string[]): Partial<CaFacts> => ({
  certificates: ids.map((keyId) => ({ subject: 'CN=Okta CA', fingerprint: keyId, keyId })),
});

it('a changed key of the CA is remembered once, with the time', async () => {
  const { check, risks, failures } = checked();
  expect(await check(1, { error: 'away' })).toEqual({ caKeys: undefined, caChange: undefined });
  expect(await check(2, withKeys('B', 'A'))).toEqual({ caKeys: 'A B', caChange: undefined });
  expect(await check(3, withKeys('A', 'B'))).toEqual({ caKeys: 'A B', caChange: undefined });
  expect(await check(4, { error: 'away' })).toEqual({ caKeys: 'A B', caChange: undefined });
  const change = { at: 5, before: 'A B', after: 'C' };
  expect(await check(5, withKeys('C'))).toEqual({ caKeys: 'C', caChange: change });
  expect(await check(6, withKeys('C'))).toEqual({ caKeys: 'C', caChange: change });
  expect(risks).toEqual([null, 'A B', 'A B', 'A B', 'C', 'C']);
  expect(failures).toEqual([]);
});
