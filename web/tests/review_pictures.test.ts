// The small picture under the pointer: which one, and where it stands.
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { tileAt } from '../review/pictures';

const pictures = { ready: true, progress: 1, step_ms: 2000, columns: 16, count: 40, width: 160, height: 90, url: '/wall.jpg', problems: [] };

test('the one of its moment, inside the axis', () => {
  expect(tileAt(pictures, 35_000, 500, 1200)).toMatchObject({ backgroundPosition: '-160px -90px', transform: 'translateX(420px)', width: '160px' });
  expect(tileAt(pictures, 0, 3, 1200)).toMatchObject({ backgroundPosition: '-0px -0px', transform: 'translateX(0px)' });
  expect(tileAt(pictures, 1e9, 1199, 1200)).toMatchObject({ backgroundPosition: '-1120px -180px', transform: 'translateX(1040px)' });
});

test('none where there is none', () => {
  expect(tileAt(null, 0, 0, 100)).toBeNull();
  expect(tileAt({ ready: false, progress: 0.4 }, 0, 0, 100)).toBeNull();
  expect(tileAt({ ...pictures, url: null }, 0, 0, 100)).toBeNull();
  expect(tileAt({ ...pictures, count: 0 }, 0, 0, 100)).toBeNull();
});
