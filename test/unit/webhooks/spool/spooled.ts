import type { Spooled } from '../../../../src/webhooks/spool/line.js';

/** A webhook in the spool, named by its identity. */
export const spooled = (identity: string): Spooled => ({
  instance: 'prod',
  identity,
  keep: `{"line":"end\n"}`,
  arrivedAt: 1,
  recognised: {
    event: 'ComputerCheckIn',
    known: true,
    at: null,
    webhookId: '',
    effect: { does: 'touch', computer: { id: '1', serialNumber: '', udid: '' } },
  },
});
