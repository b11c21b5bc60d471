import type { Route } from './route.ts';

/** Value of Allow for a path; undefined when no route has it. */
export function allowedMethods(routes: readonly Route[], path: string): string | undefined {
  const methods = routes
    .filter((route) => route.path === path)
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return methods.length > 0 ? methods.join(', ') : undefined;
}
