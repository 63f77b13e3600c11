import express from 'express';

/** Returns a function that tells whether an address is a trusted proxy. It uses the Express parser, as the rest of the receiver does. */
export function proxiesOf(trustProxy: boolean | string): (address: string) => boolean {
  const app = express();
  app.set('trust proxy', trustProxy);
  const trusts = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return (address) => trusts(address, 0);
}
