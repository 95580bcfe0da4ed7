// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, vi } from 'vitest';
import { retryMs } from '../shared/link';
import { openDesk } from '../shared/station';
import { FakeSocket, withFakeSockets } from './socket';
import { wireText } from './cases';

withFakeSockets();

const answering = (status: number, json: object): void => {
  vi.stubGlobal('fetch', () => Promise.resolve({ ok: status === 200, status, json: () => Promise.resolve(json) }));
  vi.stubGlobal('document', { hidden: true });
};
const close = (socket: FakeSocket, code: number): void => (socket.onclose as unknown as (event: { code: number }) => void)({ code });
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

describe('a page that is let in no more', () => {
  it('says so when its session is ended, and comes back no more', async () => {
    answering(200, { ok: true, role: 'assistant', name: '小李', device: 3, is_here: false });
    const { station } = openDesk();
    await settle();
    expect(station.me?.role).toBe('assistant');
    FakeSocket.all[0]!.onmessage?.({ data: wireText('updates-snapshot') });
    expect(station.isConnected).toBe(true);
    close(FakeSocket.all[0]!, 4401);
    expect(station.shutOut).toBe('ended');
    expect(station.isConnected).toBe(false);
    await vi.advanceTimersByTimeAsync(3 * retryMs);
    expect(FakeSocket.all.length).toBe(1);
  });
  it('knows why it cannot connect', async () => {
    answering(401, { ok: false, code: 'pair.ended' });
    const { station } = openDesk();
    await settle();
    expect(station.shutOut).toBe('ended');
    answering(401, { ok: false, code: 'pair.needed' });
    const other = openDesk();
    await settle();
    expect(other.station.shutOut).toBe('needed');
  });
  it('goes on trying when nobody answers', async () => {
    vi.stubGlobal('document', { hidden: true });
    vi.stubGlobal('fetch', () => Promise.reject(new Error('gone')));
    const { station } = openDesk();
    await settle();
    close(FakeSocket.all[0]!, 1006);
    await vi.advanceTimersByTimeAsync(retryMs);
    expect(station.shutOut).toBeNull();
    expect(FakeSocket.all.length).toBe(2);
  });
});
