import type { WorldError } from '../world/world.js';

/** A cause in an error of the Jamf Pro API (`ApiErrorCause`). */
export interface ErrorCause {
  code: string;
  /** Required by the specification; empty if the error does not concern a field. */
  field: string;
  description: string;
  id?: string | null;
}

/** An error of the Jamf Pro API: `{httpStatus, errors}`. `errors` may be empty, even with status 500. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly causes: readonly ErrorCause[];

  constructor(status: number, causes: readonly ErrorCause[] = []) {
    super(causes[0]?.description ?? `HTTP ${status}`);
    this.name = 'ApiFailure';
    this.status = status;
    this.causes = causes;
  }
}

/** An error of the Classic API, sent as an HTML page. */
export class ClassicFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ClassicFailure';
    this.status = status;
  }
}

/** 404 error as observed on Jamf Pro servers: code INVALID_ID, id "0". */
export const notFound = (id: string): ApiFailure =>
  new ApiFailure(404, [
    { code: 'INVALID_ID', field: 'id', description: `Resource with id ${id} not found`, id: '0' },
  ]);

/** 400 error about a field of the request. */
export const badRequest = (field: string, description: string, code = 'INVALID_FIELD'): ApiFailure =>
  new ApiFailure(400, [{ code, field, description, id: '0' }]);

/** Maps an error of the simulated world to the status and code of the Jamf Pro API. */
export function toApiFailure(error: WorldError): ApiFailure {
  const cause = (code: string, field: string) => [{ code, field, description: error.message, id: '0' }];
  switch (error.code) {
    case 'not-found':
      return new ApiFailure(404, cause('INVALID_ID', 'id'));
    case 'duplicate-name':
      return new ApiFailure(422, cause('DUPLICATE_FIELD', 'name'));
    case 'unknown-computer':
    case 'unmanaged':
    case 'not-a-member':
      return new ApiFailure(400, cause('INVALID_DEVICE', 'assignments'));
    case 'smart-group':
      return new ApiFailure(404, cause('INVALID_ID', 'id'));
    case 'invalid':
      return new ApiFailure(400, cause('INVALID_FIELD', ''));
  }
}

/** Maps an error of the simulated world to the Classic API, which answers 409 with a short message to any invalid input. */
export function toClassicFailure(error: WorldError): ClassicFailure {
  switch (error.code) {
    case 'not-found':
      return new ClassicFailure(404, 'Not Found');
    case 'duplicate-name':
      return new ClassicFailure(409, 'Duplicate name');
    case 'unknown-computer':
      return new ClassicFailure(409, 'Unable to match computer');
    case 'unmanaged':
      return new ClassicFailure(409, 'Computer is not managed');
    case 'not-a-member':
      return new ClassicFailure(409, 'Computer is not a member of the group');
    case 'smart-group':
      return new ClassicFailure(409, 'Unable to change the members of a smart group');
    case 'invalid':
      return new ClassicFailure(409, error.message);
  }
}
