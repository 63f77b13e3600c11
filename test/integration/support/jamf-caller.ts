import { startSimulator, type ServerOptionsInput, type Simulator } from '../../../simulator/index.js';

/** A response of the simulator. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON. @throws Error when it is not JSON */
  json: () => unknown;
}

export interface CallOptions {
  query?: Record<string, string | string[]>;
  json?: unknown;
  xml?: string;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** Calls the simulator with these headers on every request. */
export function createCaller(baseUrl: string, headers: Record<string, string> = {}): Call {
  return async (method, path, options = {}) => {
    const url = new URL(`${baseUrl}${path}`);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      for (const one of [value].flat()) url.searchParams.append(name, one);
    }
    const [type, body] = bodyOf(options);
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...type, ...options.headers },
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as unknown,
    };
  };
}

function bodyOf({ json, xml, form }: CallOptions): [Record<string, string>, string | undefined] {
  if (json !== undefined) return [{ 'Content-Type': 'application/json' }, JSON.stringify(json)];
  if (xml !== undefined) return [{ 'Content-Type': 'text/xml' }, xml];
  if (form) {
    const type = 'application/x-www-form-urlencoded';
    return [{ 'Content-Type': type }, new URLSearchParams(form).toString()];
  }
  return [{}, undefined];
}

/** A simulator whose clock moves only when a test advances it, with a signed-in caller. */
export interface TestSimulator extends Simulator {
  call: Call;
  /** Requests JSON, also from the Classic API. */
  callJson: Call;
  anonymous: Call;
  /** The control API. */
  control: Call;
  /** A caller for another client. `path`: the token endpoint. */
  signIn: (id: string, secret: string, path?: string) => Promise<Call>;
}

export const CLIENT = { id: 'recert', secret: 'recert-secret' } as const;

/** Starts one. */
export async function startTestSimulator(options: ServerOptionsInput = {}): Promise<TestSimulator> {
  const simulator = await startSimulator({ clock: 'manual', ...options });
  const anonymous = createCaller(simulator.url);
  const tokenOf = async (id: string, secret: string, path: string) => {
    const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
    const answer = await anonymous('POST', path, { form });
    return (answer.json() as { access_token: string }).access_token;
  };
  const signIn = async (id: string, secret: string, path = '/api/oauth/token') =>
    createCaller(simulator.url, { Authorization: `Bearer ${await tokenOf(id, secret, path)}` });
  const token = await tokenOf(CLIENT.id, CLIENT.secret, '/api/oauth/token');
  const authorization = { Authorization: `Bearer ${token}` };
  return {
    ...simulator,
    anonymous,
    signIn,
    call: createCaller(simulator.url, authorization),
    callJson: createCaller(simulator.url, { ...authorization, Accept: 'application/json' }),
    control: createCaller(simulator.controlUrl),
  };
}
