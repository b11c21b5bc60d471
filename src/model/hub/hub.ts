/** What proves a file: SHA-256 of the content, or the SHA-1 of a git blob for small files that git itself holds. */
export interface Digest {
  readonly kind: 'sha256' | 'git-sha1';
  readonly hex: string;
}

export interface ListedFile {
  /** Inside the repository, forward slashes. */
  readonly path: string;
  readonly bytes: number | undefined;
  readonly digest: Digest | undefined;
  readonly url: string;
}

/** A file whose content can be checked. */
export interface RemoteFile extends ListedFile {
  readonly bytes: number;
  readonly digest: Digest;
}

export interface Listing {
  /** The commit, where the hub tells it. */
  readonly revision: string;
  readonly files: readonly ListedFile[];
}

/** A place that models come from. */
export interface Hub {
  /** As people write it. */
  readonly name: string;
  readonly origin: string;
  /** Sent to `origin` only, never after a redirect elsewhere. */
  readonly credentials: Readonly<Record<string, string>>;
  listUrl(id: string, revision: string): string;
  /** @throws ModelError when the answer is not what the hub's protocol says. */
  readListing(body: unknown, id: string, revision: string): Listing;
  /** One sentence for a refused request. */
  explain(refusal: Refusal): string;
}

export interface Refusal {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly hasToken: boolean;
}
