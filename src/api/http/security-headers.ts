import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Sets the security headers for everything that a browser can show: the API, the queue board and the console. The
 * headers forbid content from other origins, inline scripts and styles, and embedding in a frame.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'manifest-src': ["'self'"],
        'form-action': ["'self'"],
        'base-uri': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });
}

/** Forbids caching of API responses, because they contain data of the fleet that can change at any time. */
export const neverStored: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/**
 * Forbids MIME sniffing. Without this header, a browser could show a JSON response as HTML, for example when a Mac
 * is named `<script>`.
 */
export const neverSniffed: RequestHandler = (_request, response, next) => {
  response.set('X-Content-Type-Options', 'nosniff');
  next();
};
