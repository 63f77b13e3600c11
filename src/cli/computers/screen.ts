import type { z } from 'zod';
import type { computerDetail } from '../../contract/resources/computer.js';
import type { Context } from '../context.js';
import { exactly, facts, state, when } from '../output/print.js';

/** One Mac: who it is, its certificate, what is under way, and what a request would be told. */
export function computerScreen(mac: z.output<typeof computerDetail>, context: Context): string {
  const { colors } = context;
  const now = context.now();
  const both = (at: number | null) => (at === null ? 'never' : `${exactly(at)} (${when(at, now)})`);
  const head = facts(
    [
      ['serial number', mac.serialNumber],
      ['name', mac.name],
      ['user', [mac.username, mac.realName, mac.email].filter(Boolean).join(' · ')],
      [
        'Jamf Pro',
        `${mac.instance}, id ${mac.id}${mac.managed ? '' : ', not managed'}${mac.retiredAt === null ? '' : `, gone since ${exactly(mac.retiredAt)}`}`,
      ],
      ['seen', both(mac.lastContactAt)],
      ['inventory', both(mac.reportedAt)],
    ],
    colors,
  );
  const profiles = mac.assessments.map((one) => {
    const certificate = one.certificate;
    const possible = mac.redistribute.find(({ profile }) => profile === one.profile);
    const under = mac.open.find(({ profile }) => profile === one.profile);
    return facts(
      [
        ['profile', colors.bold(one.profile)],
        ['state', `${state(one.state, colors)}: ${one.sentence}`],
        [
          'certificate',
          certificate ? `${certificate.serialNumber}, expires ${both(certificate.expiresAt)}` : '–',
        ],
        [
          'under way',
          under
            ? `${under.id}, ${state(under.state, colors)} since ${when(under.since, now)}: ${under.plan}`
            : '–',
        ],
        ...(under?.blocked ? [['why not now', under.blocked.text] as const] : []),
        ['if asked', possible?.sentence ?? '–'],
      ],
      colors,
    );
  });
  return [head, ...profiles].join('\n\n');
}
