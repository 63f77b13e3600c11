import express from 'express';

/** Whether an address is that of a trusted proxy, as Express reads `http.trustProxy`: one reading of it in the whole receiver. */
export function proxiesOf(trustProxy: boolean | string): (address: string) => boolean {
  const app = express();
  app.set('trust proxy', trustProxy);
  const trusts = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return (address) => trusts(address, 0);
}
