// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ChatFollow, pieceLength } from '../review/chatFollow';
import { following, neighbour, nextSegment, secondsInto, segmentAt } from '../review/play';
import type { Line, Segment } from '../review/wire';

const line = (seq: number, t: number, kind = 'chat'): Line => ({ seq, t, kind, platform: 'x', name: `n${seq}`, text: `t${seq}`, role: '', hidden: false });

// The program: pages of `limit`, in the order of the ledger.
function program(lines: Line[], limit = 100): { asked: [number, number, number | null][]; fetch: ConstructorParameters<typeof ChatFollow>[0]; isDown: boolean } {
  const desk = {
    asked: [] as [number, number, number | null][],
    isDown: false,
    fetch: (from: number, to: number, after: number | null) => {
      desk.asked.push([from, to, after]);
      if (desk.isDown) return Promise.resolve(null);
      const found = lines.filter((one) => one.t >= from && one.t < to && one.seq > (after ?? 0));
      return Promise.resolve({ lines: found.slice(0, limit), more: found.length > limit });
    },
  };
  return desk;
}

describe('the chat beside the picture', () => {
  const hour = 3_600_000;
  it('has the lines up to the moment, and none from after it', async () => {
    const all = Array.from({ length: 400 }, (_, i) => line(i + 1, i * 9000));
    const chat = new ChatFollow(program(all).fetch, 60_000, hour);
    await chat.need(1_800_000);
    const seen = chat.upTo(1_800_000, 20);
    expect(seen.at(-1)?.t).toBe(1_800_000);
    expect(seen.length).toBe(20);
    expect(chat.upTo(1_799_999, 1)[0]?.t).toBe(1_791_000);
    expect(chat.after(1_800_000, 3).map((one) => one.t)).toEqual([1_809_000, 1_818_000, 1_827_000]);
  });
  it('asks for a piece once, however often the moment moves in it', async () => {
    const desk = program(Array.from({ length: 3000 }, (_, i) => line(i + 1, i * 1000)));
    const chat = new ChatFollow(desk.fetch, 60_000, hour);
    await Promise.all([chat.need(600_500), chat.need(610_000)]);
    await chat.need(620_000);
    expect(desk.asked.filter(([from]) => from === 600_000).length).toBe(1);
  });
  it('reads a crowded piece page by page and stops in a flood', async () => {
    const desk = program(Array.from({ length: 250 }, (_, i) => line(i + 1, i * 10)));
    const chat = new ChatFollow(desk.fetch, 60_000, 50_000);
    await chat.need(0);
    expect(chat.upTo(60_000, 1000).length).toBe(250);
    const flood = program(Array.from({ length: 50_000 }, (_, i) => line(i + 1, Math.floor(i / 10))), 10);
    await new ChatFollow(flood.fetch, 60_000, 50_000).need(0);
    expect(flood.asked.length).toBeLessThan(20);
  });
  it('reads back into the past when little was said', async () => {
    const chat = new ChatFollow(program([line(1, 1000), line(2, 130_000)]).fetch, 60_000, hour);
    await chat.need(200_000);
    expect(chat.upTo(200_000, 50).map((one) => one.seq)).toEqual([1, 2]);
  });
  it('never jumps over a hole in what it knows', async () => {
    const chat = new ChatFollow(program(Array.from({ length: 3600 }, (_, i) => line(i + 1, i * 1000))).fetch, 60_000, hour);
    await chat.need(30_000);
    await chat.need(1_830_000);
    expect(chat.upTo(1_830_000, 1000)[0]!.t).toBeGreaterThan(1_500_000);
  });
  it('says when the program does not answer, and asks again', async () => {
    const desk = program([line(1, 10)]);
    const chat = new ChatFollow(desk.fetch, 60_000, hour);
    desk.isDown = true;
    expect(await chat.need(100)).toBe(false);
    desk.isDown = false;
    expect(await chat.need(100)).toBe(true);
    expect(chat.upTo(100, 5).length).toBe(1);
  });
  it('shows in order what came out of order, and no one who only came in', async () => {
    const chat = new ChatFollow(program([line(1, 500), line(2, 300), line(3, 400, 'enter'), line(4, 350, 'follow')]).fetch, 60_000, hour);
    await chat.need(0);
    expect(chat.upTo(60_000 - 1, 10).map((one) => one.seq)).toEqual([2, 4, 1]);
  });
  it('makes pieces that fit the evening', () => {
    expect(pieceLength(0, hour)).toBe(hour);
    expect(pieceLength(100_000, 7_200_000)).toBe(10_800);
    expect(pieceLength(1_000_000, 3_600_000)).toBe(10_000);
  });
});

describe('recordings one after another', () => {
  const file = (n: number, from: number, to: number, missing = false): Segment => ({ name: `program-00${n}.mp4`, url: '', from, to, bytes: 1, missing });
  const files = [file(0, 500, 60_000), file(1, 60_040, 120_000), file(2, 150_000, 200_000, true), file(3, 200_000, 260_000)];
  it('finds the one of a moment, and none in a hole or where it is gone', () => {
    expect(segmentAt(files, 30_000)?.name).toBe('program-000.mp4');
    expect(segmentAt(files, 100)).toBeNull();
    expect(segmentAt(files, 130_000)).toBeNull();
    expect(segmentAt(files, 160_000)).toBeNull();
    expect(segmentAt(files, 200_000)?.name).toBe('program-003.mp4');
  });
  it('goes on into the next file, not over a hole', () => {
    expect(following(files, files[0]!)?.name).toBe('program-001.mp4');
    expect(following(files, files[1]!)).toBeNull();
    expect(nextSegment(files, 121_000)?.name).toBe('program-003.mp4');
    expect(nextSegment(files, 261_000)).toBeNull();
  });
  it('knows where in the file the moment is, and never runs over its end', () => {
    expect(secondsInto(files[1]!, 60_040)).toBe(0);
    expect(secondsInto(files[1]!, 61_290)).toBeCloseTo(1.25, 6);
    expect(secondsInto(files[1]!, 119_999)).toBeLessThan(59.96);
  });
  it('steps to the last and the next follower', () => {
    const times = [10_000, 20_000, 30_000];
    expect(neighbour(times, 20_000, 1)).toBe(30_000);
    expect(neighbour(times, 20_000, -1)).toBe(10_000);
    expect(neighbour(times, 30_000, 1)).toBeNull();
    expect(neighbour(times, 25_000, -1)).toBe(20_000);
  });
});
