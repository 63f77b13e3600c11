import { once } from 'node:events';
import { createServer } from 'node:net';

/** The wanted port on loopback when nobody listens there, else any free one. */
export async function choosePort(wanted: number): Promise<number> {
  return (await portOf(wanted)) ?? (await portOf(0)) ?? 0;
}

/** The port that listening on `port` gives, `null` when it is taken. */
async function portOf(port: number): Promise<number | null> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : null;
}
