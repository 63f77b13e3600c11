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

/** A Mac of the simulated fleet, as the simulator returns it. */
export type PretendMac = z.output<typeof macSchema>;
/** One certificate request, as recorded by the simulated CA. */
export type PretendIssuance = z.output<typeof issuanceSchema>;
/** A request that the simulated Jamf Pro received. */
export type PretendRequest = z.output<typeof requestSchema>;

/** Client of the control API of the simulated Jamf Pro. Its data is evidence that does not depend on Recert. */
export interface PretendJamf {
  /** Returns the Macs whose certificate was due when the fleet was created. */
  due(): Promise<readonly PretendMac[]>;
  /** Returns all certificate requests since the simulator started. */
  issuances(): Promise<readonly PretendIssuance[]>;
  /**
   * Returns all requests since the simulator started, or since the last call of `forgetRequests`. Requests to the
   * control API are not included.
   */
  requests(): Promise<readonly PretendRequest[]>;
  forgetRequests(): Promise<void>;
  /** Makes the simulator drop a share (0 to 1) of its webhooks. */
  loseWebhooks(share: number): Promise<void>;
  /** Moves the expiry of the certificate of a Mac by a duration such as `-300d`. */
  shiftExpiry(id: number, by: string): Promise<void>;
}

/** Creates a client for the control API of the simulated Jamf Pro at `url`. */
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
