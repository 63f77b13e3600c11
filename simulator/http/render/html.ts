/** HTML pages: errors of the Classic API, and pages of proxies or the login that a client gets instead of JSON. */

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char);

/** Title of an HTTP status on the pages of Jamf Pro. */
export const statusTitle = (status: number): string => TITLES[status] ?? `Status ${status}`;

/** The error page ("Status page") of the Classic API. */
export function statusPage(status: number, message: string): string {
  return [
    '<html>',
    '<head>',
    '   <title>Status page</title>',
    '</head>',
    '<body style="font-family: sans-serif;">',
    `<p style="font-size: 1.2em;font-weight: bold;margin: 1em 0px;">${statusTitle(status)}</p>`,
    `<p>Error: ${escapeHtml(message)}</p>`,
    '<p>Please continue your visit at our <a href="/">home page</a>.</p>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** A page that does not come from an API: the error page of a proxy, or the login page for a status below 400. */
export function proxyPage(status: number): string {
  const title = status < 400 ? 'Jamf Pro Login' : `${status} ${statusTitle(status)}`;
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>\n`;
}
