import { z } from 'zod';
import { parseDuration } from '../../duration.js';
import { WorldError, type World } from '../../world/world.js';

const id = z.int();

/** A duration that may be negative: `-10d`. */
const signedDuration = z.string().transform((text, context) => {
  try {
    return text.startsWith('-') ? -parseDuration(text.slice(1)) : parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not a duration' });
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

/** Actions of POST /__simulator/actions. */
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
  z.strictObject({ action: z.literal('renewCa') }),
  z.strictObject({ action: z.literal('rollOver') }),
  z.strictObject({ action: z.literal('revoke'), id }),
  z.strictObject({ action: z.literal('bind'), id }),
  z.strictObject({ action: z.literal('setChallenge'), profileId: z.int(), challenge: z.string().optional() }),
  z.strictObject({ action: z.literal('setExcluded'), id, profileId: z.int(), excluded: z.boolean() }),
  z.strictObject({ action: z.literal('deleteProfile'), profileId: z.int() }),
  z.strictObject({ action: z.literal('restart'), down: signedDuration.optional() }),
]);

/** Executes an action and returns the response body. @throws z.ZodError, WorldError */
export function runAction(world: World, body: unknown): object {
  const request = actionSchema.parse(body);
  const { actions } = world;
  switch (request.action) {
    case 'online':
      actions.setOnline(request.id, true);
      break;
    case 'offline':
      actions.setOnline(request.id, false);
      break;
    case 'pattern':
      actions.setOnline(request.id, null);
      break;
    case 'checkIn':
      actions.checkIn(request.id, request.trigger);
      break;
    case 'reportInventory':
      actions.reportInventory(request.id);
      break;
    case 'rename':
      actions.rename(request.id, request.name);
      break;
    case 'assign':
      actions.assign(request.id, request.owner);
      break;
    case 'setManaged':
      actions.setManaged(request.id, request.managed);
      break;
    case 'removeProfile':
      actions.removeProfile(request.id, request.profileId);
      break;
    case 'reEnrol':
      actions.reEnrol(request.id);
      break;
    case 'delete':
      actions.deleteComputer(request.id);
      break;
    case 'add':
      return { id: actions.addComputer().id };
    case 'shiftExpiry':
      actions.shiftExpiry(request.id, request.by);
      break;
    case 'resetChallenge':
      world.ca.resetChallenge();
      break;
    case 'renewCa':
      world.ca.renew();
      break;
    case 'rollOver':
      world.ca.rollOver();
      break;
    case 'revoke':
    case 'bind':
      forNewest(world, request.id, (serialNumber) => world.ca[request.action](serialNumber));
      break;
    case 'setChallenge':
      world.profiles.setChallenge(request.profileId, request.challenge ?? world.ca.challenge);
      break;
    case 'setExcluded':
      setExcluded(world, request);
      break;
    case 'deleteProfile':
      world.profiles.delete(request.profileId);
      break;
    case 'restart':
      actions.restart(request.down);
      break;
  }
  return {};
}

/** Calls a function with the serial number of the newest certificate of a Mac from the CA. */
function forNewest(world: World, computerId: number, act: (serialNumber: string) => void): void {
  const keychain = world.mac(computerId)?.keychain ?? [];
  const newest = keychain
    .filter(({ profileId }) => world.profiles.get(profileId)?.scep?.url.endsWith(world.ca.scepPath))
    .toSorted((one, other) => other.issuedAt - one.issuedAt)[0];
  if (!newest) throw new WorldError('not-found', `computer ${computerId} has no certificate from the CA`);
  act(newest.serialNumber);
}

/** Adds a Mac to the exclusions in the scope of a profile, or removes it from them, as an administrator does in Jamf Pro. */
function setExcluded(
  { profiles }: World,
  { id: computerId, profileId, excluded }: { id: number; profileId: number; excluded: boolean },
): void {
  const profile = profiles.get(profileId);
  if (!profile) throw new WorldError('not-found', `there is no configuration profile ${profileId}`);
  const { scope } = profile;
  const others = scope.exclusions.computers.filter((one) => one !== computerId);
  const computers = excluded ? [...others, computerId] : others;
  profiles.update(profileId, { scope: { ...scope, exclusions: { ...scope.exclusions, computers } } });
}
