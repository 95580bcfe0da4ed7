// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, vi } from 'vitest';
import { Link, retryMs } from '../shared/link';
import { FakeSocket, withFakeSockets } from './socket';

const silenceMs = 5000;

withFakeSockets();

function opened(): { link: Link; heard: unknown[]; lost: () => number } {
  const heard: unknown[] = [];
  let lost = 0;
  const link = new Link('/api/updates', { message: (data) => heard.push(data), lost: () => ++lost }, silenceMs);
  link.open();
  return { link, heard, lost: () => lost };
}

describe('a link', () => {
  it('is lost when nothing is heard for five seconds, and comes back every two', () => {
    const { heard, lost } = opened();
    const first = FakeSocket.all[0]!;
    first.onopen?.();
    for (let i = 0; i < 4; ++i) {
      vi.advanceTimersByTime(silenceMs - 1);
      first.onmessage?.({ data: '{}' });
    }
    expect(lost()).toBe(0);
    vi.advanceTimersByTime(silenceMs);
    expect(lost()).toBe(1);
    expect(first.isClosed).toBe(true);
    vi.advanceTimersByTime(retryMs);
    expect(FakeSocket.all.length).toBe(2);
    first.onmessage?.({ data: 'too late' });
    expect(heard).toEqual(['{}', '{}', '{}', '{}']);
    vi.advanceTimersByTime(silenceMs + retryMs); // a program that hangs does not even open
    expect(FakeSocket.all.length).toBe(3);
    FakeSocket.all[2]!.onmessage?.({ data: 'back' });
    expect(heard.at(-1)).toBe('back');
  });
  it('comes back two seconds after it was closed', () => {
    const { lost } = opened();
    FakeSocket.all[0]!.onclose?.();
    expect(lost()).toBe(1);
    vi.advanceTimersByTime(retryMs);
    expect(FakeSocket.all.length).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(lost()).toBe(1);
  });
  it('waits for nothing once it is not wanted', () => {
    const { link, lost } = opened();
    link.close();
    FakeSocket.all[0]!.onclose?.();
    expect(vi.getTimerCount()).toBe(0);
    expect(lost()).toBe(0);
  });
});
