// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { priceOf } from '../desk/prices';
import { shownValue, typedValue, wordsOf } from '../setup/schema';
import { freeName } from '../shows/shows';
import { platformOf, splitLines } from '../start/address';

describe('an address that was pasted', () => {
  it.each([
    ['rtmp://push.example.com/live/key?a=1', 'rtmp://push.example.com/live/key?a=1', ''],
    ['  rtmp://push.example.com/live  \n  stream-123?auth=9 \n', 'rtmp://push.example.com/live', 'stream-123?auth=9'],
    ['服务器：rtmp://a.example/app\n串流密钥：k-1', 'rtmp://a.example/app', 'k-1'],
    ['服务器 rtmp://a.example/app\n串流密钥： k-1', 'rtmp://a.example/app', 'k-1'],
    ['srt://a.example:9000?streamid=x', 'srt://a.example:9000?streamid=x', ''],
    ['nonsense', 'nonsense', ''],
    ['', '', ''],
  ])('%j is taken apart', (text, url, key) => {
    expect(splitLines(text)).toEqual({ url, key });
  });
  it('is known by its host alone', () => {
    const name = (word: string): string => word;
    expect(platformOf('rtmp://push-rtmp-l1.douyincdn.com/third/stream', name, 'usual')).toBe('douyin');
    expect(platformOf('rtmp://live-push.bilivideo.com/live-bvc/', name, 'usual')).toBe('bilibili');
    expect(platformOf('rtmp://example.org/douyin', name, 'usual')).toBe('usual');
  });
});

describe('a price that was typed', () => {
  it.each([
    ['29.90', '29.9'],
    ['２９．９', '29.9'],
    [' ¥ 8 元', '8'],
    ['0', null],
    ['-3', null],
    ['1.234', null],
    ['1e3', null],
    ['', null],
  ])('%j is %j', (text, price) => {
    expect(priceOf(text)).toBe(price);
  });
});

describe('the name of a Show', () => {
  it('is free, and no path', () => {
    expect(freeName('晚会', ['晚会', '晚会 2'])).toBe('晚会 3');
    expect(freeName('../a/b:c', [])).toBe('a b c');
    expect(freeName('...', [])).toBe('Show');
  });
});

describe('a key of the Show', () => {
  it('is called by the first words of its help', () => {
    expect(wordsOf('画面宽，像素，要是偶数')).toEqual({ label: '画面宽', note: '像素，要是偶数' });
    expect(wordsOf('Width in pixels, even; 1280')).toEqual({ label: 'Width in pixels', note: 'Even; 1280' });
    expect(wordsOf('County')).toEqual({ label: 'County', note: '' });
  });
  it('goes into a field and comes out of it', () => {
    for (const [kind, value] of [
      ['crop', [10, 0, 80.5, 100]],
      ['rate', 29.97],
      ['rate', '30000/1001'],
      ['number', 1280],
      ['lines', ['a', 'b']],
      ['yes_no', true],
      ['text', 'rtsp://x'],
    ] as const)
      expect(typedValue(kind, shownValue(value as never))).toEqual(value);
    expect(typedValue('number', '')).toBeNull();
    expect(typedValue('number', '12a')).toBe('12a');
    expect(typedValue('crop', '1, x')).toBe('1, x');
  });
});
