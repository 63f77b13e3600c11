import type { InstanceConfig } from './instance.js';
import type { TlsSettings } from './tls.js';

/** A problem that concerns settings in different parts of the configuration, with the path of the setting to fix. */
interface Problem {
  path: readonly string[];
  message: string;
}

const LIST_PROXIES = 'List your proxies in http.trustProxy, such as loopback or 10.0.0.0/8';

/**
 * Checks the webhook settings that depend on a proxy or on client certificates against the `http` settings.
 * Returns the problems.
 */
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
              message: `can be bypassed, because http.trustProxy lets every client choose its own address. ${LIST_PROXIES}`,
            },
          ]
        : [];
    if (authentication.type !== 'mtls') return spoofable;
    if (authentication.proxyHeader !== undefined && typeof http.trustProxy === 'boolean')
      return [
        ...spoofable,
        {
          path: [...path, 'authentication', 'proxyHeader'],
          message: `requires the addresses of the proxies in http.trustProxy, because any client can send this header. ${LIST_PROXIES}`,
        },
      ];
    if (authentication.proxyHeader === undefined && http.tls?.clientCa === undefined)
      return [
        ...spoofable,
        {
          path: [...path, 'authentication'],
          message:
            'needs client certificates, but the receiver does not request them. Set http.tls.clientCa; or, behind a proxy that requests them, set proxyHeader',
        },
      ];
    return spoofable;
  });
}
