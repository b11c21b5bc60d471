import type { KeyGate } from '../key-gate.ts';
import { requireKey } from '../middleware/require-key.ts';
import type { Route } from '../route.ts';

/** GET /info: what runs here; `info` gives the document. */
export function infoRoute(info: () => unknown, gate?: KeyGate): Route {
  return {
    method: 'GET',
    path: '/info',
    handlers: [
      ...(gate ? [requireKey(gate)] : []),
      (ctx) => {
        ctx.body = info();
      },
    ],
  };
}
