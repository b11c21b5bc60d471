import type { Rate } from './rate-limit.ts';

export const KINDS = ['dingtalk', 'feishu', 'wecom'] as const;

/** A chat group's robot, as its settings say. */
export interface Robot {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  /** The webhook address: it holds a token, so it is as secret as `secret`. */
  readonly url: string;
  readonly secret?: string | undefined;
  /** A word the robot demands in each message. */
  readonly keyword?: string | undefined;
  /** Only alerts of these severities; all when left out. */
  readonly severities?: readonly string[] | undefined;
  /** Who is called by name when something critical fires: mobile numbers, user ids, or `all`. */
  readonly mentions?: readonly string[] | undefined;
}

/** What a chat understands as markdown differs; a protocol draws lines of these kinds in its own way. */
export interface Message {
  readonly title: string;
  readonly tone: 'critical' | 'warning' | 'resolved';
  /** One block an alert, most urgent first. */
  readonly blocks: readonly Block[];
  readonly mention: boolean;
}
export interface Block {
  readonly heading: string;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  readonly link?: { readonly text: string; readonly url: string } | undefined;
}

export interface Post {
  readonly url: string;
  readonly body: unknown;
}
export type Verdict =
  | { readonly kind: 'delivered' }
  /** Worth another try: overloaded, too fast. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** Never will be taken as it is: wrong signature, keyword, token. */
  | { readonly kind: 'refused'; readonly reason: string };

/** How one kind of robot is spoken to. */
export interface Protocol {
  /** What a robot takes; above that its messages are refused, or its group is silenced for a while. */
  readonly rates: readonly Rate[];
  write(message: Message, robot: Robot, nowMs: number): Post;
  /** What the JSON body of a 2xx answer means: robots report errors with HTTP 200. */
  judge(answer: Record<string, unknown>): Verdict;
}
