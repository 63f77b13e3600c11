import { once } from 'node:events';
import { createServer } from 'node:net';

/** Returns the wanted port on the loopback interface if it is free, otherwise any free port. */
export async function choosePort(wanted: number): Promise<number> {
  return (await portOf(wanted)) ?? (await portOf(0)) ?? 0;
}

/** Tests whether a port is free by listening on it (0: any port). Returns the port, or `null` if it is taken. */
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
