import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface FleetEvents {
  'fleet.assessed': { instance: string; computers: number; due: number; unknown: number };
}

export const fleetEvents: Descriptions<FleetEvents> = {
  'fleet.assessed': {
    level: 'info',
    say: ({ instance, computers, due, unknown }) =>
      `${instance}: ${computers} Macs assessed, ${due} due, ${unknown} unknown`,
  },
};
