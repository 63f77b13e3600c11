import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Response body of the reference servers: the same size as the response of the receiver. */
export const ANSWER = JSON.stringify({
  outcome: 'admitted',
  event: 'ComputerInventoryCompleted',
  effect: 'hint',
  computers: 1,
});

/** Writes the address of a server to standard error in the format of the Recert log, which contestant.ts parses. */
export function announce(server: Server): void {
  server.on('listening', () => {
    const { port } = server.address() as AddressInfo;
    process.stderr.write(`${JSON.stringify({ address: `http://127.0.0.1:${port}` })}\n`);
  });
}
