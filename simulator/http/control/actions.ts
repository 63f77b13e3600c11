import { z } from 'zod';
import { parseDuration } from '../../duration.js';
import type { World } from '../../world/world.js';

const id = z.int();

/** A duration that may be negative: `-10d`. */
const signedDuration = z.string().transform((text, context) => {
  try {
    return text.startsWith('-') ? -parseDuration(text.slice(1)) : parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'no duration' });
    return z.NEVER;
  }
});

const trigger = z.enum([
  'startup',
  'login',
  'logout',
  'network change',
  'enrollment complete',
  'recurring',
] as const);

/** Everything that POST /__simulator/actions can have happen. */
const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('online'), id }),
  z.strictObject({ action: z.literal('offline'), id }),
  z.strictObject({ action: z.literal('pattern'), id }),
  z.strictObject({ action: z.literal('checkIn'), id, trigger: trigger.optional() }),
  z.strictObject({ action: z.literal('reportInventory'), id }),
  z.strictObject({ action: z.literal('rename'), id, name: z.string().min(1) }),
  z.strictObject({
    action: z.literal('assign'),
    id,
    owner: z
      .strictObject({
        username: z.string(),
        realName: z.string(),
        email: z.string(),
        position: z.string(),
        phone: z.string(),
        department: z.string(),
        building: z.string(),
        room: z.string(),
      })
      .partial(),
  }),
  z.strictObject({ action: z.literal('setManaged'), id, managed: z.boolean() }),
  z.strictObject({ action: z.literal('removeProfile'), id, profileId: z.int() }),
  z.strictObject({ action: z.literal('reEnrol'), id }),
  z.strictObject({ action: z.literal('delete'), id }),
  z.strictObject({ action: z.literal('add') }),
  z.strictObject({ action: z.literal('shiftExpiry'), id, by: signedDuration }),
  z.strictObject({ action: z.literal('resetChallenge') }),
  z.strictObject({ action: z.literal('setChallenge'), profileId: z.int(), challenge: z.string().optional() }),
  z.strictObject({ action: z.literal('restart'), down: signedDuration.optional() }),
]);

/** Carries out one action. Throws z.ZodError and WorldError. */
export function runAction(world: World, body: unknown): object {
  const order = actionSchema.parse(body);
  const { actions } = world;
  switch (order.action) {
    case 'online':
      actions.setOnline(order.id, true);
      break;
    case 'offline':
      actions.setOnline(order.id, false);
      break;
    case 'pattern':
      actions.setOnline(order.id, null);
      break;
    case 'checkIn':
      actions.checkIn(order.id, order.trigger);
      break;
    case 'reportInventory':
      actions.reportInventory(order.id);
      break;
    case 'rename':
      actions.rename(order.id, order.name);
      break;
    case 'assign':
      actions.assign(order.id, order.owner);
      break;
    case 'setManaged':
      actions.setManaged(order.id, order.managed);
      break;
    case 'removeProfile':
      actions.removeProfile(order.id, order.profileId);
      break;
    case 'reEnrol':
      actions.reEnrol(order.id);
      break;
    case 'delete':
      actions.deleteComputer(order.id);
      break;
    case 'add':
      return { id: actions.addComputer().id };
    case 'shiftExpiry':
      actions.shiftExpiry(order.id, order.by);
      break;
    case 'resetChallenge':
      world.ca.resetChallenge();
      break;
    case 'setChallenge':
      world.profiles.setChallenge(order.profileId, order.challenge ?? world.ca.challenge);
      break;
    case 'restart':
      actions.restart(order.down);
      break;
  }
  return {};
}
