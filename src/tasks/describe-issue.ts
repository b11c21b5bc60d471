import type { z } from 'zod';

/** The first fault of a request body as one sentence that names the field. */
export function describeIssue({ issues: [issue] }: z.ZodError): string {
  if (!issue) return 'the body is not valid';
  const parts = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const field = parts.join('').replace(/^\./, '');
  return field === '' ? issue.message : `${field} ${issue.message}`;
}
