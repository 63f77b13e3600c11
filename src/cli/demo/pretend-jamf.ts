import axios from 'axios';
import { z } from 'zod';

const macSchema = z.object({ id: z.int(), name: z.string(), serialNumber: z.string() });

const issuanceSchema = z.object({
  at: z.int(),
  outcome: z.string(),
  computerId: z.int(),
  serialNumber: z.string().nullable(),
});

const requestSchema = z.object({ method: z.string(), path: z.string(), status: z.int().nullable() });

/** A Mac of the pretend fleet. */
export type PretendMac = z.output<typeof macSchema>;
/** What the pretend CA did, once. */
export type PretendIssuance = z.output<typeof issuanceSchema>;
/** A request that the pretend Jamf Pro was sent. */
export type PretendRequest = z.output<typeof requestSchema>;

/** The other side of the demo: what only the pretend Jamf Pro knows. */
export interface PretendJamf {
  /** Macs whose certificate comes near its end, as the fleet was made. */
  due(): Promise<readonly PretendMac[]>;
  /** Everything the CA was asked for since the start. */
  issuances(): Promise<readonly PretendIssuance[]>;
  /** Every request since the start or since they were forgotten, the control API's left out. */
  requests(): Promise<readonly PretendRequest[]>;
  forgetRequests(): Promise<void>;
  /** Has a share of the webhooks never arrive. */
  loseWebhooks(share: number): Promise<void>;
  /** Has the certificate of a Mac end at another time, as a duration like `-300d`. */
  shiftExpiry(id: number, by: string): Promise<void>;
}

/** Talks to the control API of the pretend Jamf Pro at `url`. */
export function pretendJamf(url: string): PretendJamf {
  const control = axios.create({ baseURL: `${url}/__simulator`, timeout: 30_000 });
  const read = async <Schema extends z.ZodType>(path: string, schema: Schema) =>
    schema.parse((await control.get<unknown>(path)).data);
  return {
    due: () => read('/computers?due=true', z.array(macSchema)),
    issuances: () => read('/issuances', z.array(issuanceSchema)),
    requests: () => read('/requests', z.array(requestSchema)),
    forgetRequests: async () => {
      await control.delete('/requests');
    },
    loseWebhooks: async (share) => {
      await control.put('/faults', { webhooks: { lose: share } });
    },
    shiftExpiry: async (id, by) => {
      await control.post('/actions', { action: 'shiftExpiry', id, by });
    },
  };
}
