// Who sits before this page: made up here, kept here, known to nobody else.
// SPDX-License-Identifier: Apache-2.0
import { remember, remembered } from '../shared/i18n';

const key = 'xiangbo.person';
const bytes = 16;

// 32 hexadecimal digits; randomUUID is missing where the page comes over plain HTTP.
export function person(): string {
  const kept = remembered(key);
  if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
  const made = [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  remember(key, made);
  return made;
}
