import type { Command, Computer } from '../../world/model.js';
import { spell } from '../../world/spelling.js';
import { ApiFailure } from '../errors.js';
import type { Faults } from './schema.js';

type RecordFaults = Pick<Faults, 'records' | 'words'>;

/** Removes the hidden computers from the rows. The computers with the highest IDs are hidden. */
export function visible(all: readonly Computer[], rows: readonly Computer[], { records }: RecordFaults) {
  if (records.hidden === 0) return rows;
  const kept = new Set(all.slice(0, Math.round(all.length * (1 - records.hidden))));
  return rows.filter((computer) => kept.has(computer));
}

/** Applies the faults of records to the response for a computer. @throws ApiFailure 500 for a record that fails */
export function spoil(
  answer: Record<string, unknown>,
  { id }: Computer,
  { records, words }: RecordFaults,
): Record<string, unknown> {
  if (records.failing.includes(id)) throw new ApiFailure(500);
  const { general, certificates } = answer;
  const changed = { ...answer };
  if (isObject(general) && records.withoutManagementId.includes(id))
    changed['general'] = { ...general, managementId: '' };
  if (Array.isArray(certificates))
    changed['certificates'] = certificates
      .filter(isObject)
      .map((certificate) => ({
        ...certificate,
        ...(isIn(id, records.withoutIdentity) ? { identity: false } : {}),
        ...(isIn(id, records.otherSubject) ? otherSubject(certificate) : {}),
        lifecycleStatus: spell(lifecycleOf(certificate, records.expiredInactive), words),
        certificateStatus: spell(String(certificate['certificateStatus']), words),
      }));
  return changed;
}

/** Whether the list of commands shows a command. */
export function isListed({ type, state }: Command, faults: Faults['commands']): boolean {
  if (faults.withoutInstallProfile && type === 'INSTALL_PROFILE') return false;
  const isOfProfile = type === 'INSTALL_PROFILE' || type === 'REMOVE_PROFILE';
  return !(faults.hideAcknowledged && isOfProfile && state === 'ACKNOWLEDGED');
}

/** Whether a computer belongs to a share of the fleet. Consecutive IDs are spread evenly. */
function isIn(id: number, share: number): boolean {
  return (id * 37) % 100 < share * 100;
}

function lifecycleOf(certificate: Record<string, unknown>, expiredInactive: boolean): string {
  const expired = certificate['certificateStatus'] === 'EXPIRED';
  return expired && expiredInactive ? 'INACTIVE' : String(certificate['lifecycleStatus']);
}

/**
 * Returns a generic subject for a certificate. Certificates of Apple and the MDM identity, whose name is a UUID,
 * keep their subject.
 */
function otherSubject({ subjectName }: Record<string, unknown>): object {
  const subject = String(subjectName);
  if (/^CN=(?:com\.apple\.|[0-9A-F-]{36}$)/iu.test(subject) || subject === '') return {};
  return { commonName: 'device', subjectName: 'CN=device,O=Example' };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
