import express from 'express';

/**
 * Returns a function that determines whether an address is that of a trusted proxy. It uses the parser of Express,
 * like the rest of the receiver.
 */
export function proxiesOf(trustProxy: boolean | string): (address: string) => boolean {
  const app = express();
  app.set('trust proxy', trustProxy);
  const trusts = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return (address) => trusts(address, 0);
}
