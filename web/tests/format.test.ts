// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { clockText, countText, grouped, lengthWords } from '../shared/format';

it('writes times as a clock', () => {
  expect([0, 59, 61, 4398, 36000].map(clockText)).toEqual(['00:00:00', '00:00:59', '00:01:01', '01:13:18', '10:00:00']);
});
it('groups digits', () => {
  expect([0, 999, 1286, -1286, 1234567].map(grouped)).toEqual(['0', '999', '1,286', '-1,286', '1,234,567']);
});
it('never shows more followers than there are', () => {
  expect(countText(99_999, 'zh-CN')).toBe('99,999');
  expect(countText(123_999, 'zh-CN')).toBe('12.3 万');
  expect(countText(123_999, 'en')).toBe('123.9K');
  expect(countText(1_299_999, 'en')).toBe('1.2M');
});
it('puts lengths into words', () => {
  expect(lengthWords(5040)).toEqual({ key: 'time.hours', values: { h: 1, m: 24 } });
  expect(lengthWords(72)).toEqual({ key: 'time.minutes', values: { m: 1, s: 12 } });
  expect(lengthWords(12)).toEqual({ key: 'time.seconds', values: { s: 12 } });
});
