import type { Request } from 'express';
import type { Computer } from '../../world/model.js';
import type { World } from '../../world/world.js';
import type { Backend } from '../backend.js';
import { ClassicFailure } from '../errors.js';
import { remember } from './read.js';

/** The identifiers by which the Classic API finds a computer: path segment → look-up. Text is compared without case, as in MySQL. */
const FINDERS: Readonly<Record<string, (world: World, value: string) => Computer | undefined>> = {
  id: ({ computers }, value) => (/^\d+$/.test(value) ? computers.get(Number(value)) : undefined),
  name: ({ computers }, value) => computers.all().find(({ name }) => same(name, value)),
  udid: ({ computers }, value) => computers.byUdid(value),
  serialnumber: ({ computers }, value) => computers.bySerialNumber(value),
  macaddress: ({ computers }, value) =>
    computers
      .all()
      .find(
        ({ macAddress, alternateMacAddress }) =>
          sameAddress(macAddress, value) || sameAddress(alternateMacAddress, value),
      ),
};

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** MAC addresses are accepted with colons, dots or hyphens. */
const sameAddress = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase().replace(/[.-]/g, ':');

/**
 * Returns the computer at `/…/{identifier}/{value}`, and records it for the event RestAPIOperation. Throws 404 if
 * there is none.
 */
export function findComputer({ world }: Backend, req: Request): Computer {
  const { by = 'id', value, id } = req.params;
  const find = Object.hasOwn(FINDERS, String(by)) ? FINDERS[String(by)] : undefined;
  const computer = find?.(world, String(value ?? id));
  if (!computer) throw new ClassicFailure(404, 'Not Found');
  return remember(req, computer);
}

/** The names of a `subset` path segment, such as `General&Location`, in lower case. */
export function requestedSubsets(req: Request): string[] {
  return String(req.params['subset'])
    .split('&')
    .map((name) => name.toLowerCase());
}
