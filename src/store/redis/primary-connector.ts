import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type StandaloneConnectionOptions } from 'ioredis';

/**
 * Connects to one Redis server and accepts it only if it is a primary. After a failover, a host name or a proxy can
 * lead to the former primary for some seconds. Without Sentinel, ioredis does not check the role, and would reconnect
 * to this server again and again without a delay.
 */
export class PrimaryConnector extends AbstractConnector {
  readonly #options: StandaloneConnectionOptions;

  /** @param options the options of the Redis client, as ioredis passes them. */
  constructor(options: unknown) {
    const own = options as StandaloneConnectionOptions;
    super(own.disconnectTimeout ?? DISCONNECT_TIMEOUT_MS);
    this.#options = own;
  }

  /**
   * Checks the role of the server. `info` is the reply of INFO by name; it is empty when the user may not call INFO.
   * If the result is `false`, ioredis connects again with its usual delay.
   */
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

/**
 * A connection that the server does not close is destroyed after this time, milliseconds. The value is the default of
 * ioredis.
 */
const DISCONNECT_TIMEOUT_MS = 2_000;
