import { z } from 'zod';
import type { StatusAnswer } from '../../domain/redistribution/evidence/status.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { JamfClient } from '../client.js';
import { parseStatusCertificates } from '../parsing/status-certificates.js';
import type { Api } from './api.js';

const KEY = 'security.certificate.list';

const itemSchema = z.object({ value: z.unknown() });

const NOT_REPORTED: Readonly<Record<number, StatusAnswer>> = {
  400: { kind: 'missing' },
  403: { kind: 'refused' },
  404: { kind: 'missing' },
  // Servers also answer 500 for a management ID that they do not know.
  500: { kind: 'failed' },
};

/**
 * Creates the call for the declarative status of a Mac. The status is a second source beside inventory, so a failed
 * call throws no `JamfError`, is never repeated, and never opens the circuit breaker.
 */
export function statusCalls(api: Api): Pick<JamfClient, 'readStatus'> {
  return {
    readStatus: async (managementId) => {
      if (managementId.trim() === '') return { kind: 'missing' };
      const call = 'status.certificates';
      const path = `/api/v1/ddm/${encodeURIComponent(managementId)}/status-items/${KEY}`;
      const accept = Object.keys(NOT_REPORTED).map(Number);
      try {
        const answer = await api.send({ call, method: 'GET', path, json: true, accept, optional: true });
        const none = NOT_REPORTED[answer.status];
        if (none !== undefined) return none;
        const { certificates, unreadable } = parseStatusCertificates(
          api.understand(call, itemSchema, answer).value,
        );
        api.odd(call, 'status-certificate-unreadable', unreadable);
        return { kind: 'reported', certificates };
      } catch (error) {
        if (error instanceof JamfError) return { kind: 'failed' };
        throw error;
      }
    },
  };
}
