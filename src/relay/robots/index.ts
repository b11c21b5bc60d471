import type { Protocol, Robot } from '../robot.ts';
import { dingtalk } from './dingtalk.ts';
import { feishu } from './feishu.ts';
import { wecom } from './wecom.ts';

export const protocols: Readonly<Record<Robot['kind'], Protocol>> = { dingtalk, feishu, wecom };
