import type { Facts, ProfileFacts, ServerFacts } from './facts.js';

/** Label values and value of one time series. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A Prometheus gauge and the function that computes its samples from the facts. */
export interface FleetGauge {
  name: string;
  help: string;
  labels: readonly string[];
  read: (facts: Facts) => readonly Sample[];
}

type Values = readonly (readonly [labels: Readonly<Record<string, string>>, value: number | null])[];

/** Adds labels to values, and leaves out those that are `null`. */
export function samples(labels: Readonly<Record<string, string>>, values: Values): Sample[] {
  return values.flatMap(([more, value]) =>
    value === null ? [] : [[{ ...labels, ...more }, value] as const],
  );
}

/** Creates a gauge with one sample, or several, per Jamf Pro server. */
export function perServer(
  name: string,
  help: string,
  read: (server: ServerFacts, facts: Facts) => number | null | Values,
  labels: readonly string[] = [],
): FleetGauge {
  return {
    name,
    help,
    labels: ['server', ...labels],
    read: (facts) =>
      facts.servers.flatMap((server) => samples({ server: server.name }, valuesOf(read(server, facts)))),
  };
}

/** Creates a gauge with one sample, or several, per watched profile. */
export function perProfile(
  name: string,
  help: string,
  read: (profile: ProfileFacts, facts: Facts, server: ServerFacts) => number | null | Values,
  labels: readonly string[] = [],
): FleetGauge {
  return {
    name,
    help,
    labels: ['server', 'profile', ...labels],
    read: (facts) =>
      facts.servers.flatMap((server) =>
        server.profiles.flatMap((profile) =>
          samples({ server: server.name, profile: profile.name }, valuesOf(read(profile, facts, server))),
        ),
      ),
  };
}

function valuesOf(read: number | null | Values): Values {
  return typeof read === 'number' || read === null ? [[{}, read]] : read;
}

/** One value per key of a record. The key is the value of `label`. */
export const by = (label: string, values: Readonly<Record<string, number>>): Values =>
  Object.entries(values).map(([key, value]) => [{ [label]: key }, value]);

/** Time since an instant in seconds; 0 for `null`. */
export const secondsSince = (since: number | null, { at }: Facts) =>
  since === null ? 0 : Math.max(0, at - since) / 1_000;

/** Converts epoch milliseconds to seconds. */
export const seconds = (ms: number | null | undefined) => (typeof ms === 'number' ? ms / 1_000 : null);

/** 1 or 0. */
export const flag = (is: boolean) => (is ? 1 : 0);
