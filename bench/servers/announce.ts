import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a contestant answers that admits nothing: as many bytes as ours sends. */
export const ANSWER = JSON.stringify({
  outcome: 'admitted',
  event: 'ComputerInventoryCompleted',
  effect: 'hint',
  computers: 1,
});

/** Tells the bench where a contestant listens, in the words of Recert's own log. */
export function announce(server: Server): void {
  server.on('listening', () => {
    const { port } = server.address() as AddressInfo;
    process.stderr.write(`${JSON.stringify({ address: `http://127.0.0.1:${port}` })}\n`);
  });
}
