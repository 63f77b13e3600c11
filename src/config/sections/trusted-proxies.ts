import type { InstanceConfig } from './instance.js';
import type { TlsSettings } from './tls.js';

/** What is wrong between settings that stand apart, and where. */
interface Problem {
  path: readonly string[];
  message: string;
}

const NAME_THEM = 'name them in http.trustProxy, such as loopback or 10.0.0.0/8';

/** A proof that a proxy passes on is worth nothing when it is not said which proxies, or when nobody asks for it. */
export function trustProblems({
  http,
  instances,
}: {
  http: { trustProxy: boolean | string; tls?: TlsSettings | undefined };
  instances: Readonly<Record<string, Pick<InstanceConfig, 'webhooks'>>>;
}): Problem[] {
  return Object.entries(instances).flatMap(([instance, { webhooks }]) => {
    const path = ['instances', instance, 'webhooks'];
    const { authentication, sources } = webhooks;
    const spoofable =
      sources.length > 0 && http.trustProxy === true
        ? [
            {
              path: [...path, 'sources'],
              message: `whoever is trusted as a proxy can say any address, and all are: ${NAME_THEM}`,
            },
          ]
        : [];
    if (authentication.type !== 'mtls') return spoofable;
    if (authentication.proxyHeader !== undefined && typeof http.trustProxy === 'boolean')
      return [
        ...spoofable,
        {
          path: [...path, 'authentication', 'proxyHeader'],
          message: `anybody can write a header: it is believed only from proxies, ${NAME_THEM}`,
        },
      ];
    if (authentication.proxyHeader === undefined && http.tls?.clientCa === undefined)
      return [
        ...spoofable,
        {
          path: [...path, 'authentication'],
          message:
            'nobody asks for a client certificate: set http.tls.clientCa, or proxyHeader behind a proxy that does',
        },
      ];
    return spoofable;
  });
}
