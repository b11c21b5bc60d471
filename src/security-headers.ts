const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Everything off that a page could ask a browser for, but writing to the clipboard: the page copies answers. */
const PERMISSIONS = [
  ...[
    ...['accelerometer', 'autoplay', 'bluetooth', 'camera', 'clipboard-read', 'cross-origin-isolated'],
    ...['display-capture', 'encrypted-media', 'fullscreen', 'gamepad', 'geolocation', 'gyroscope', 'hid'],
    ...['idle-detection', 'keyboard-map', 'magnetometer', 'microphone', 'midi', 'payment'],
    ...['picture-in-picture', 'publickey-credentials-get', 'screen-wake-lock', 'serial', 'sync-xhr', 'usb'],
    ...['web-share', 'xr-spatial-tracking'],
  ].map((feature) => `${feature}=()`),
  'clipboard-write=(self)',
].join(', ');

/**
 * The headers of OWASP's Secure Headers project (https://owasp.org/www-project-secure-headers/, ci/headers_add.json), but
 * Clear-Site-Data, which is for log-outs: on every answer of both ports; routes may replace single ones. nginx/error-answer.conf
 * has the same.
 */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store, max-age=0',
  'Content-Security-Policy': CONTENT_POLICY,
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': PERMISSIONS,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
};

/** Where a client is known to have come over HTTPS. */
export const TRANSPORT_SECURITY = 'max-age=31536000; includeSubDomains';
