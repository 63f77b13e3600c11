import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface RedistributionEvents {
  'redistribution.moved': {
    instance: string;
    profile: string;
    computerId: string;
    redistributionId: string;
    from: string;
    to: string;
    why: string;
  };
}

export const redistributionEvents: Descriptions<RedistributionEvents> = {
  'redistribution.moved': {
    level: 'info',
    say: ({ instance, computerId, from, to, why }) =>
      `${instance}: computer ${computerId} ${from} → ${to}: ${why}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redistribution_moves_total',
        help: 'Transitions of redistributions, by the state they enter.',
        labels: ({ instance, profile, to }) => ({ instance, profile, state: to }),
      },
    ],
  },
};
