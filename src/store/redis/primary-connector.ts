import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type StandaloneConnectionOptions } from 'ioredis';

/**
 * Connects to one server and accepts it only as a primary. After a failover, a name or proxy can lead to the demoted server for some
 * seconds. ioredis checks the role only with Sentinel; without this check it would reconnect to the replica without a delay.
 */
export class PrimaryConnector extends AbstractConnector {
  readonly #options: StandaloneConnectionOptions;

  /** `options`: the options of the client, as ioredis passes them. */
  constructor(options: unknown) {
    const own = options as StandaloneConnectionOptions;
    super(own.disconnectTimeout ?? DISCONNECT_TIMEOUT_MS);
    this.#options = own;
  }

  /** `info`: the reply of INFO by name; empty when the user may not call INFO. `false`: ioredis connects again, with its usual delay. */
  override check(info: { role?: string }): boolean {
    return info.role !== 'slave';
  }

  override connect(): Promise<typeof this.stream> {
    this.connecting = true;
    const { host = 'localhost', port = 6379, family, tls } = this.#options;
    const address = { host, port, ...(family === undefined ? {} : { family }) };
    this.stream = tls ? connectTls({ ...address, ...tls }) : connect(address);
    this.stream.once('error', (error: Error) => {
      this.firstError = error;
    });
    return Promise.resolve(this.stream);
  }
}

/** Time after which a connection that the server does not close is destroyed. The default of ioredis. */
const DISCONNECT_TIMEOUT_MS = 2_000;
