import type { Matrix } from '../engine.ts';
import type { EventHead } from '../manifest/heads.ts';
import { pointerSpans } from './pointer-spans.ts';
import type { ScoredTokens } from './span.ts';

export interface TokenArgument extends ScoredTokens {
  readonly role: string;
}

export interface TokenEvent {
  readonly type: string;
  readonly trigger: ScoredTokens;
  readonly arguments: readonly TokenArgument[];
}

interface Draft extends TokenEvent {
  readonly arguments: TokenArgument[];
}

/**
 * An argument goes to the nearest sure trigger whose type has its role, else to the nearest unsure one. An unsure trigger
 * without arguments beside another of its type is dropped.
 */
export function events(
  logits: { trigger: Matrix; role: Matrix },
  head: EventHead,
  maxTokens: number,
): TokenEvent[] {
  const spans = (matrix: Matrix, names: readonly string[], i: number) =>
    pointerSpans(matrix, {
      start: head.order.indexOf('start') * names.length + i,
      end: head.order.indexOf('end') * names.length + i,
      maxTokens,
    });
  const drafts = head.types.flatMap((type, i): Draft[] =>
    spans(logits.trigger, head.types, i).map((trigger) => ({ type, trigger, arguments: [] })),
  );
  if (drafts.length === 0) return [];
  const sure = ({ trigger }: TokenEvent) => trigger.score >= head.sure;
  head.roles.forEach((role, i) => {
    const able = drafts.filter(({ type }) => head.roles_of[type]?.includes(role));
    const owners = able.some(sure) ? able.filter(sure) : able;
    if (owners.length === 0) return;
    for (const span of spans(logits.role, head.roles, i)) {
      const distances = owners.map(({ trigger }) => Math.abs(trigger.first - span.first));
      const nearest = Math.min(...distances);
      owners.forEach((owner, o) => {
        if (distances[o] === nearest) owner.arguments.push({ role, ...span });
      });
    }
  });
  const found = drafts.map((draft) => ({ ...draft, arguments: surestParts(draft.arguments) }));
  return found.filter(
    (event) =>
      sure(event) ||
      event.arguments.length > 0 ||
      found.every((other) => other === event || other.type !== event.type),
  );
}

/** A span plays one part in an event: its surest (of equals, the last). */
function surestParts(all: readonly TokenArgument[]): TokenArgument[] {
  const best = new Map<string, TokenArgument>();
  for (const argument of all) {
    const place = `${argument.first}-${argument.last}`;
    if (argument.score >= (best.get(place)?.score ?? 0)) best.set(place, argument);
  }
  return all.filter((argument) => best.get(`${argument.first}-${argument.last}`) === argument);
}
