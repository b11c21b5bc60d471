import * as z from 'zod';
import { ModelError } from '../model-error.ts';
import type { Hub, Refusal } from './hub.ts';

export const MODEL_SCOPE = 'https://modelscope.cn';

const refusal = z.object({ Success: z.literal(false), Message: z.string().nullish() });

const listing = z.object({
  Data: z.object({
    Files: z.array(
      z.object({
        Path: z.string(),
        Type: z.string(),
        Size: z.int().min(0),
        Sha256: z.string().nullish(),
      }),
    ),
  }),
});

/** ModelScope: one branch, each file with its SHA-256. */
export function createModelScope(endpoint: string | undefined, token: string | undefined): Hub {
  const base = (endpoint || MODEL_SCOPE).replace(/\/+$/, '');
  const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
  return {
    name: new URL(base).host,
    origin: new URL(base).origin,
    credentials: token ? { authorization: `Bearer ${token}`, cookie: `m_session_id=${token}` } : {},
    listUrl: (id, revision) =>
      `${base}/api/v1/models/${id}/repo/files?${query({ Revision: revision, Recursive: 'true' })}`,
    readListing(body, id, revision) {
      const refused = refusal.safeParse(body);
      if (refused.success)
        throw new ModelError(
          `${base} refuses to list ${id}: ${refused.data.Message || 'it gives no reason'}`,
        );
      const parsed = listing.safeParse(body);
      if (!parsed.success)
        throw new ModelError(
          `${base} does not answer like ModelScope: ${parsed.error.issues[0]?.path.join('.')}`,
        );
      const files = parsed.data.Data.Files.filter(({ Type }) => Type !== 'tree').map(
        ({ Path, Size, Sha256 }) => ({
          path: Path,
          bytes: Size,
          digest: /^[0-9a-f]{64}$/.test(Sha256 ?? '')
            ? { kind: 'sha256' as const, hex: Sha256 as string }
            : undefined,
          url: `${base}/api/v1/models/${id}/repo?${query({ Revision: revision, FilePath: Path })}`,
        }),
      );
      return { revision, files };
    },
    explain: (refusal) => explain(base, refusal),
  };
}

function explain(base: string, { id, status, hasToken }: Refusal): string {
  if (status === 401 || status === 403)
    return hasToken
      ? `${base} forbids ${id} to this token (${status})`
      : `${id} is private or gated on ${base} and needs MODELSCOPE_API_TOKEN (${status})`;
  if (status === 404) return `there is no ${id} on ${base}, or not that revision (404)`;
  return `${base} answers ${status} for ${id}`;
}
