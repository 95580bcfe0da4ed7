// Becoming a device of the control room: an exchange of keys that only who has the word takes part in.
// SPDX-License-Identifier: Apache-2.0
import { x25519 } from '@noble/curves/ed25519';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils';
import { claimProof, keepKey, pairKeys } from '../shared/pairing';
import type { Answer, Role } from '../shared/wire';

export interface Word {
  by: 'secret' | 'code';
  text: string;
}

// What stands behind the # of a QR code's address.
export const secretIn = (hash: string): string | null => /^#([0-9a-f]{32})$/.exec(hash)?.[1] ?? null;

// Six digits as people type them: full width, with spaces or dashes between.
export function codeOf(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s-]/g, '');
  return /^\d{6}$/.test(plain) ? plain : null;
}

export function guessedName(agent: string): 'iphone' | 'ipad' | 'android' | 'computer' {
  if (/iPhone/.test(agent)) return 'iphone';
  if (/iPad/.test(agent)) return 'ipad';
  return /Android|Mobile/.test(agent) ? 'android' : 'computer';
}

type Offer = Answer & { offer: string; key: string; fingerprint: string | null };
type Paired = Answer & { role: Role; name: string; device: number };

// Of the certificate this computer shows, as it says; null where it says nothing, or no code is open.
export async function toldFingerprint(): Promise<string | null> {
  try {
    return ((await (await fetch('/api/pair/offer')).json()) as Offer).fingerprint ?? null;
  } catch {
    return null;
  }
}

// Null: nobody answers, which is another network or an entrance that was closed. The key is kept when it went well.
export async function claim(word: Word, name: string): Promise<Answer | null> {
  try {
    const offered = (await (await fetch('/api/pair/offer')).json()) as Offer;
    if (!offered.ok) return offered;
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const own = x25519.getPublicKey(secret);
    const theirs = hexToBytes(offered.key);
    const keys = pairKeys(x25519.getSharedSecret(secret, theirs), word.text, offered.offer, theirs, own);
    const response = await fetch('/api/pair/claim', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ offer: offered.offer, by: word.by, key: bytesToHex(own), proof: claimProof(keys.claim, name), name }),
    });
    const answer = (await response.json()) as Paired;
    if (answer.ok) keepKey(keys.session);
    return answer;
  } catch {
    return null;
  }
}
