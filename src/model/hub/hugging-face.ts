import * as z from 'zod';
import { ModelError } from '../model-error.ts';
import type { Digest, Hub, Refusal } from './hub.ts';

export const HUGGING_FACE = 'https://huggingface.co';

const listing = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().min(0).nullish(),
      blobId: z
        .string()
        .regex(/^[0-9a-f]{40}$/)
        .nullish(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).nullish(),
    }),
  ),
});

const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');

/**
 * Hugging Face's hub, or a mirror of it.
 * @see https://huggingface.co/docs/hub/api
 */
export function createHuggingFace(endpoint: string | undefined, token: string | undefined): Hub {
  const base = (endpoint || HUGGING_FACE).replace(/\/+$/, '');
  return {
    name: new URL(base).host,
    origin: new URL(base).origin,
    credentials: token ? { authorization: `Bearer ${token}` } : {},
    listUrl: (id, revision) => `${base}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`,
    readListing(body, id) {
      const parsed = listing.safeParse(body);
      if (!parsed.success)
        throw new ModelError(
          `${base} does not answer like a Hugging Face hub: ${parsed.error.issues[0]?.path.join('.')}`,
        );
      const { sha, siblings } = parsed.data;
      const files = siblings.map(({ rfilename, size, blobId, lfs }) => {
        const digest: Digest | undefined = lfs
          ? { kind: 'sha256', hex: lfs.sha256 }
          : blobId
            ? { kind: 'git-sha1', hex: blobId }
            : undefined;
        // The commit, not the branch: all files are of one state.
        const url = `${base}/${id}/resolve/${sha}/${encodePath(rfilename)}`;
        return { path: rfilename, bytes: lfs?.size ?? size ?? undefined, digest, url };
      });
      return { revision: sha, files };
    },
    explain: (refusal) => explain(base, refusal),
  };
}

/** Hugging Face says 401 for what does not exist, too; X-Error-Code tells them apart. */
function explain(base: string, { id, status, headers, hasToken }: Refusal): string {
  const code = headers['x-error-code'];
  const page = `${base}/${id}`;
  if (code === 'GatedRepo')
    return `${id} is gated: accept its terms at ${page} and set HF_TOKEN to a token of that account`;
  if (code === 'RevisionNotFound') return `${id} has no such revision (404)`;
  if (code === 'EntryNotFound') return `${id} has no such file (404)`;
  if (status === 401 && hasToken) return `${base} refuses HF_TOKEN, or there is no ${id} (401)`;
  if (status === 401) return `there is no ${id} on ${base}, or it is private and needs HF_TOKEN (401)`;
  if (status === 403) return `${base} forbids ${id} to this account (403): see ${page}`;
  if (status === 404) return `there is no ${id} on ${base} (404)`;
  return `${base} answers ${status} for ${id}`;
}
