import { createServer } from 'node:http';
import { ANSWER, announce } from './announce.js';

/** The floor: the HTTP server of Node.js reads the body, parses the JSON and responds. Nothing is checked or stored. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': ANSWER.length });
    response.end(ANSWER);
  });
});
announce(server.listen(0, '127.0.0.1'));
