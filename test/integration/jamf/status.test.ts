import { expect, it } from 'vitest';
import { SPELLINGS } from '../../../simulator/http/pro/status/spelling.js';
import { loadContract } from '../support/openapi.js';
import { specsAreThere } from '../support/openapi-schema.js';
import { startSimulatedJamf } from './support.js';

const WITHOUT_CERTIFICATE: readonly string[] = ['cut', 'bytes', 'null', 'blank', 'garbage'];

it('reads the certificates of a Mac in every spelling, and never throws', async () => {
  const { jamf, simulator, faults, requests } = await startSimulatedJamf({
    fleet: { computers: 8, due: 2, unmanaged: 0 },
  });
  const { world } = simulator;
  const mac = world.computers.all().find(({ id }) => (world.mac(id)?.keychain.length ?? 0) > 0);
  const { id = 0, managementId = '' } = mac ?? {};
  const onMac = world.mac(id)?.keychain.map(({ serialNumber }) => serialNumber);
  const serials = async () => {
    const answer = await jamf.readStatus(managementId);
    return answer.kind === 'reported'
      ? answer.certificates.map(({ serialNumber }) => serialNumber)
      : answer.kind;
  };
  expect(onMac?.length).toBeGreaterThan(0);
  for (const spelling of SPELLINGS) {
    await faults({ status: { spelling } });
    expect(await serials(), spelling).toEqual(WITHOUT_CERTIFICATE.includes(spelling) ? [] : onMac);
  }
  await faults({ status: { missing: true } });
  expect(await serials()).toBe('missing');
  await faults({ status: { failing: [id] } });
  expect(await serials()).toBe('failed');
  expect(await jamf.readStatus('no-such-client')).toEqual({ kind: 'missing' });
  expect(await jamf.readStatus('')).toEqual({ kind: 'missing' });

  const before = (await requests()).length;
  await faults({ http: [{ kind: 'status', status: 503, path: '/ddm/' }] });
  for (let read = 0; read < 3; read += 1) expect(await serials()).toBe('failed');
  // A failed read is not repeated, and the circuit breaker stays closed.
  const sent = await requests();
  expect(sent.length - before).toBe(3);
  expect(jamf.breakerState).toBe('closed');
  const contract = specsAreThere ? loadContract() : null;
  const status = sent.filter(({ path }) => path.includes('/ddm/'));
  expect(status.flatMap((request) => contract?.checkRequest(request) ?? [])).toEqual([]);
});
