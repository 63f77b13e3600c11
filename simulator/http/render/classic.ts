import type { Request, Response } from 'express';
import { buildXml } from './xml.js';

/**
 * A list in a response of the Classic API: an array in JSON, repeated elements in XML, preceded by `<size>` if `size` is set.
 */
export interface ClassicList {
  readonly item: string;
  readonly values: readonly ClassicValue[];
  readonly size: boolean;
  /** JSON value of an empty list; default: `[]`. */
  readonly emptyJson?: object;
}

/** A value in a response of the Classic API. */
export type ClassicValue = string | number | boolean | ClassicList | ClassicObject;
export interface ClassicObject {
  [name: string]: ClassicValue;
}

/** Options of `list` (see `ClassicList`). */
export interface ListOptions {
  size?: boolean;
  emptyJson?: object;
}

/** Creates a list. `item` is the XML element name of its items. */
export function list(item: string, values: readonly ClassicValue[], options: ListOptions = {}): ClassicList {
  const { size = false, emptyJson } = options;
  return { item, values, size, ...(emptyJson === undefined ? {} : { emptyJson }) };
}

/** Sends a response as XML, or as JSON if the Accept header prefers it. Source: observed responses of Jamf Pro 10.42. */
export function sendClassic(req: Request, res: Response, root: string, value: ClassicValue): void {
  if (wantsJson(req)) {
    // Jamf Pro sends JSON as text/plain, so that clients cannot rely on the content type.
    res.setHeader('Content-Type', 'text/plain;charset=UTF-8');
    res.end(JSON.stringify({ [root]: toJson(value) }));
    return;
  }
  res.setHeader('Content-Type', 'application/xml;charset=UTF-8');
  const inner = toXml(value);
  res.end(buildXml({ [root]: inner }));
}

/** Sends the ID of a created or changed object. Jamf Pro answers POST and PUT as XML, even if the client accepts only JSON. */
export function sendWritten(res: Response, root: string, id: number, status = 201): void {
  res.status(status).setHeader('Content-Type', 'application/xml;charset=UTF-8');
  res.end(buildXml({ [root]: { id: String(id) } }));
}

function wantsJson(req: Request): boolean {
  return req.accepts(['application/xml', 'text/xml', 'application/json']) === 'application/json';
}

function isList(value: ClassicValue): value is ClassicList {
  return typeof value === 'object' && 'item' in value && Array.isArray(value.values);
}

function toJson(value: ClassicValue): unknown {
  if (typeof value !== 'object') return value;
  if (isList(value)) {
    return value.values.length === 0 && value.emptyJson ? value.emptyJson : value.values.map(toJson);
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toJson(part)]));
}

function toXml(value: ClassicValue): unknown {
  if (typeof value !== 'object') return String(value);
  if (isList(value)) {
    if (value.values.length === 0 && !value.size) return '';
    const size = value.size ? { size: String(value.values.length) } : {};
    return { ...size, [value.item]: value.values.map(toXml) };
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toXml(part)]));
}
