import axios, { type AxiosInstance } from 'axios';
import { z } from 'zod';
import { renderXml } from '../../xml/render.js';
import type { DemoSecrets } from './settings.js';

const macSchema = z.object({ id: z.int(), name: z.string(), serialNumber: z.string() });

const issuanceSchema = z.object({
  at: z.int(),
  outcome: z.string(),
  computerId: z.int(),
  serialNumber: z.string().nullable(),
});

const requestSchema = z.object({ method: z.string(), path: z.string(), status: z.int().nullable() });

const tokenSchema = z.object({ access_token: z.string() });

/** A Mac of the pretend fleet. */
export type PretendMac = z.output<typeof macSchema>;
/** What the pretend CA did, once. */
export type PretendIssuance = z.output<typeof issuanceSchema>;
/** A request that the pretend Jamf Pro was sent. */
export type PretendRequest = z.output<typeof requestSchema>;

/** The events a Jamf admin would subscribe Recert to; `recert` needs no more. */
const EVENTS = [
  'ComputerAdded',
  'ComputerCheckIn',
  'ComputerInventoryCompleted',
  'ComputerPushCapabilityChanged',
];

/** The other side of the demo: what only the pretend Jamf Pro knows, and what its admin does there. */
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
  /** Creates the webhooks in Jamf, spread over the receivers. */
  subscribe(receivers: readonly string[], secrets: DemoSecrets): Promise<void>;
}

/** Talks to the pretend Jamf Pro at `url`: its control API, and as an admin its own API. */
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
    subscribe: async (receivers, secrets) => {
      const admin = await signIn(url, secrets);
      for (const [index, event] of EVENTS.entries()) {
        const receiver = receivers[index % receivers.length] ?? '';
        await admin.post('/JSSResource/webhooks/id/0', webhookXml(event, receiver, secrets.webhookKey));
      }
    },
  };
}

async function signIn(url: string, { jamfClientId, jamfClientSecret }: DemoSecrets): Promise<AxiosInstance> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: jamfClientId,
    client_secret: jamfClientSecret,
  });
  const { data } = await axios.post<unknown>(`${url}/api/oauth/token`, form);
  const { access_token: token } = tokenSchema.parse(data);
  return axios.create({
    baseURL: url,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/xml' },
  });
}

function webhookXml(event: string, receiver: string, key: string): string {
  return renderXml('webhook', {
    name: `Recert ${event}`,
    enabled: true,
    url: `${receiver}/webhooks/jamf/demo`,
    content_type: 'application/json',
    event,
    connection_timeout: 5,
    read_timeout: 2,
    authentication_type: 'HEADER',
    header: JSON.stringify({ 'X-Api-Key': key }),
  });
}
