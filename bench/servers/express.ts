import express from 'express';
import { Redis } from 'ioredis';
import { ANSWER, announce } from './announce.js';

/**
 * Bare Express 5 as in its guide: `express.json()`, a route, `response.json()`. Nothing is checked. With `REDIS_URL`, each webhook also
 * awaits one Redis command that appends its body to a capped stream.
 */
const redis = process.env.REDIS_URL ? new Redis(process.env.REDIS_URL) : null;
const answer: unknown = JSON.parse(ANSWER);

const app = express();
app.use(express.json());
app.post('/webhooks/jamf/:instance', async (request, response) => {
  if (redis)
    await redis.xadd(
      'bench:express',
      'MAXLEN',
      '~',
      50_000,
      '*',
      'body',
      JSON.stringify(request.body as unknown),
    );
  response.status(202).json(answer);
});
announce(app.listen(0, '127.0.0.1'));
