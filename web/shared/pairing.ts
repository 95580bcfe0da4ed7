// The key of a paired page, and the proof it gives with each command (docs/wire.md section 11). Browsers keep their own
// cryptography from pages that come over plain HTTP, so it is done here.
// SPDX-License-Identifier: Apache-2.0
import { hkdf } from '@noble/hashes/hkdf';
import { hmac } from '@noble/hashes/hmac';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils';
import { remember, remembered } from './i18n';

const keyBytes = 32;
const kept = 'xiangbo.pair.key';
const counted = 'xiangbo.pair.count';

export interface PairKeys {
  claim: Uint8Array;
  session: Uint8Array;
}

export function pairKeys(shared: Uint8Array, word: string, offer: string, serverKey: Uint8Array, deviceKey: Uint8Array): PairKeys {
  const about = concatBytes(utf8ToBytes('xiangbo pair 1'), serverKey, deviceKey);
  const both = hkdf(sha256, concatBytes(shared, utf8ToBytes(word)), utf8ToBytes(offer), about, 2 * keyBytes);
  return { claim: both.slice(0, keyBytes), session: both.slice(keyBytes) };
}

export const claimProof = (claim: Uint8Array, name: string): string => bytesToHex(hmac(sha256, claim, utf8ToBytes(name)));

export type Body = string | Uint8Array;
export function commandProof(key: Uint8Array, number: number, target: string, body: Body): string {
  const text = typeof body === 'string' ? utf8ToBytes(body) : body;
  return bytesToHex(hmac(sha256, key, concatBytes(utf8ToBytes(`${number}\n${target}\n`), text)));
}

export function keepKey(key: Uint8Array): void {
  remember(kept, bytesToHex(key));
}
export const hasKey = (): boolean => keptKey() !== null;
function keptKey(): Uint8Array | null {
  const text = remembered(kept);
  return text && /^[0-9a-f]{64}$/.test(text) ? hexToBytes(text) : null;
}

// Each number once, also with several tabs and after the clock was set back. What overtakes on the way is still taken.
let last = 0;
export function nextNumber(now = Date.now()): number {
  const before = Math.max(last, Number(remembered(counted) ?? 0) || 0);
  const chance = crypto.getRandomValues(new Uint16Array(1))[0]! % 1000;
  last = Math.max(before + 1, now * 1000 + chance);
  remember(counted, String(last));
  return last;
}

// What a POST to `path` carries: nothing at the computer itself, where nothing is asked for.
export function proofOf(path: string, body: Body): Record<string, string> {
  const key = keptKey();
  if (!key) return {};
  const { pathname, search } = new URL(path, location.href);
  const number = nextNumber();
  return { 'X-Xiangbo-Counter': String(number), 'X-Xiangbo-Proof': commandProof(key, number, pathname + search, body) };
}
