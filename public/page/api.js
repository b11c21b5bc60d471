import { keyHeaders } from './key.js';
import { parseServerTiming } from './server-timing.js';

/**
 * Asks the service. An answer with an error status is an outcome too; only a request that got no answer throws.
 * @param {object} request body of POST /predict
 * @param {AbortSignal} signal
 */
export async function predict(request, signal) {
  const startedAt = performance.now();
  const response = await fetch('predict', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...keyHeaders() },
    body: JSON.stringify(request),
    signal,
  });
  const text = await response.text();
  return {
    ok: response.ok,
    status: response.status,
    requestId: response.headers.get('X-Request-Id'),
    retryAfter: response.headers.get('Retry-After'),
    stages: parseServerTiming(response.headers.get('Server-Timing')),
    roundTripMs: performance.now() - startedAt,
    body: parseJson(text),
  };
}

/** What the service offers, or null when it doesn't say. */
export async function info() {
  try {
    const response = await fetch('info', { headers: keyHeaders() });
    return response.ok ? parseJson(await response.text()) : null;
  } catch {
    return null;
  }
}

/** A proxy in between may answer with a page of its own. */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
