/** What every panel says of itself. */
export interface About {
  readonly title: string;
  /** What it shows and what to make of it, in Chinese. */
  readonly zh: string;
  /** The same in English. */
  readonly en: string;
  /** A unit of Grafana: s, percentunit, reqps, bytes … */
  readonly unit: string;
  /** Columns of 24, and rows. */
  readonly width: number;
  readonly height: number;
}

export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

export const describe = ({ zh, en }: About): string => `${zh}\n\n${en}`;
