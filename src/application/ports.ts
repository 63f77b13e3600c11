export type { LoggedEvent } from '../store/admission/event-log.js';
