// The last chat lines from snapshot and batches: known by number, never twice, never out of order.
// SPDX-License-Identifier: Apache-2.0
import type { FeedItem } from './wire';

export interface ChatLine {
  key: string;
  kind: 'chat' | 'follow' | 'gift' | 'paid' | 'member' | 'notice' | 'gap';
  name: string;
  text: string;
  count: number;
  amount: string;
  platform: string;
  user: string; // the platform's id of whoever said it, empty where it is hidden
  role: 'host' | 'fan' | 'new' | ''; // only what the program says of them
}

const shown = new Set(['chat', 'follow', 'gift', 'paid', 'member', 'notice']);
const roles = new Set(['host', 'fan', 'new']);
const most = 200;

export class ChatLog {
  last = 0; // number of the newest item
  readonly lines: ChatLine[] = [];
  private readonly hidden = new Map<string, ChatLine>(); // taken away by number, and may come back

  // True when something was added or taken away.
  add(items: FeedItem[]): boolean {
    const [lines, last] = [this.lines.length, this.last];
    for (const item of items) this.addOne(item);
    if (this.lines.length > most) this.lines.splice(0, this.lines.length - most);
    return this.lines.length !== lines || this.last !== last;
  }

  // After a reconnect the numbers may begin anew: another data folder.
  restart(items: FeedItem[]): void {
    const newest = items.reduce((most_, item) => Math.max(most_, item.seq ?? 0), 0);
    if (newest < this.last) this.forget();
    this.add(items);
  }

  forget(): void {
    this.last = 0;
    this.lines.length = 0;
  }

  private moderate(keys: string[], isBack: boolean): void {
    for (const key of keys) {
      const at = this.lines.findIndex((line) => line.key === key);
      const line = this.lines[at] ?? this.hidden.get(key);
      if (!line) continue;
      if (!isBack && at >= 0) {
        this.lines.splice(at, 1);
        this.hidden.set(key, line);
        const oldest = this.hidden.keys().next().value;
        if (this.hidden.size > most && oldest !== undefined) this.hidden.delete(oldest);
      } else if (isBack && at < 0) {
        this.hidden.delete(key);
        const after = this.lines.findIndex((one) => Number(one.key) > Number(key));
        this.lines.splice(after < 0 ? this.lines.length : after, 0, line);
      }
    }
  }

  private addOne(item: FeedItem): void {
    if (typeof item.gap === 'number') {
      this.last += item.gap;
      return;
    }
    if (typeof item.seq !== 'number' || item.seq <= this.last) return;
    this.last = item.seq;
    if (item.kind === 'moderation' && item.seqs) this.moderate(item.seqs.map(String), item.shown === true);
    if (!item.kind || !shown.has(item.kind)) return;
    this.lines.push({
      key: String(item.seq),
      kind: item.kind as ChatLine['kind'],
      name: item.user?.name ?? '',
      text: item.text ?? '',
      count: item.count ?? 0,
      amount: item.amount ? `${item.amount} ${item.currency ?? ''}`.trim() : '',
      platform: item.platform ?? '',
      user: item.user?.id ?? '',
      role: roles.has(item.role ?? '') ? (item.role as ChatLine['role']) : '',
    });
  }
}
