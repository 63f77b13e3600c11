/** Types of the stored data of the world. */
export type * from './model/fleet.js';
export type * from './model/inventory.js';
export type * from './model/mdm.js';
export type * from './model/scoping.js';
