// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { x25519 } from '@noble/curves/ed25519';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deedText, newsOf } from '../control/deeds';
import { claim, codeOf, guessedName, secretIn } from '../pair/claim';
import { command } from '../shared/command';
import { claimProof, commandProof, hasKey, keepKey, nextNumber, pairKeys, proofOf } from '../shared/pairing';
import { mayDo } from '../shared/standing';
import type { Deed, Me, Show } from '../shared/wire';
import { wireCase } from './cases';

interface Vector {
  offer: string;
  word: string;
  name: string;
  server_secret: string;
  server_public: string;
  device_secret: string;
  device_public: string;
  shared: string;
  session_key: string;
  claim_proof: string;
  command: { counter: number; target: string; body: string; proof: string };
}
const file = join(dirname(fileURLToPath(import.meta.url)), '../../tests/cases/pair/vectors.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe('the keys of a pairing', () => {
  it.each(vectors)('are those the program comes to with $word', (one) => {
    const secret = hexToBytes(one.device_secret);
    const server = hexToBytes(one.server_public);
    const own = x25519.getPublicKey(secret);
    expect(bytesToHex(own)).toBe(one.device_public);
    const shared = x25519.getSharedSecret(secret, server);
    expect(bytesToHex(shared)).toBe(one.shared);
    const keys = pairKeys(shared, one.word, one.offer, server, own);
    expect(bytesToHex(keys.session)).toBe(one.session_key);
    expect(claimProof(keys.claim, one.name)).toBe(one.claim_proof);
    const { counter, target, body, proof } = one.command;
    expect(commandProof(keys.session, counter, target, body)).toBe(proof);
    expect(commandProof(keys.session, counter, target, new TextEncoder().encode(body))).toBe(proof);
  });
});

describe('a claim', () => {
  it('sends a proof of the word and never the word, and keeps the key', async () => {
    const one = vectors[1]!;
    const sent: { path: string; body: string }[] = [];
    vi.stubGlobal('fetch', (path: string, init?: { body: string }) => {
      sent.push({ path, body: init?.body ?? '' });
      const said = path === '/api/pair/offer' ? { ok: true, offer: one.offer, key: one.server_public } : { ok: true, role: 'assistant', name: 'x', device: 1 };
      return Promise.resolve({ ok: true, json: () => Promise.resolve(said) });
    });
    expect((await claim({ by: 'code', text: one.word }, one.name))?.ok).toBe(true);
    expect(JSON.stringify(sent)).not.toContain(one.word);
    const said = JSON.parse(sent[1]!.body) as { key: string; proof: string; by: string };
    const shared = x25519.getSharedSecret(hexToBytes(one.server_secret), hexToBytes(said.key));
    const keys = pairKeys(shared, one.word, one.offer, hexToBytes(one.server_public), hexToBytes(said.key));
    expect(said.proof).toBe(claimProof(keys.claim, one.name));
    expect(localStorage.getItem('xiangbo.pair.key')).toBe(bytesToHex(keys.session));
  });
  it('is nothing when nobody answers, and the refusal when it is refused', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
    expect(await claim({ by: 'code', text: '123456' }, 'x')).toBeNull();
    vi.stubGlobal('fetch', () => Promise.resolve({ ok: false, json: () => Promise.resolve({ ok: false, code: 'pair.used' }) }));
    expect((await claim({ by: 'code', text: '123456' }, 'x'))?.code).toBe('pair.used');
    expect(hasKey()).toBe(false);
  });
  it('takes words as they come', () => {
    expect(secretIn('#00112233445566778899aabbccddeeff')).toBe('00112233445566778899aabbccddeeff');
    for (const other of ['', '#', '#0011', '#00112233445566778899AABBCCDDEEFF', '#00112233445566778899aabbccddeeff0']) expect(secretIn(other)).toBeNull();
    expect(codeOf('０４８ 291')).toBe('048291');
    expect(codeOf('048-291')).toBe('048291');
    for (const other of ['', '04829', '0482911', 'abcdef']) expect(codeOf(other)).toBeNull();
    expect(guessedName('Mozilla/5.0 (iPhone; CPU iPhone OS 15_0)')).toBe('iphone');
    expect(guessedName('Mozilla/5.0 (Linux; Android 10; K)')).toBe('android');
    expect(guessedName('Mozilla/5.0 (X11; Linux x86_64)')).toBe('computer');
  });
});

describe('a command', () => {
  it('is signed by a paired page, anew for each try, and plain at the computer', async () => {
    const sent: { headers: Record<string, string>; body: string }[] = [];
    const answers: object[] = [{ ok: true }, { ok: false, code: 'pair.repeated' }, { ok: true }];
    vi.stubGlobal('fetch', (_path: string, init: { headers: Record<string, string>; body: string }) => {
      sent.push(init);
      return Promise.resolve({ ok: true, json: () => Promise.resolve(answers.shift()) });
    });
    await command('product.hide');
    expect(sent[0]!.headers['X-Xiangbo-Proof']).toBeUndefined();
    const key = hexToBytes(vectors[0]!.session_key);
    keepKey(key);
    expect((await command('product.hide'))?.ok).toBe(true);
    expect(sent.length).toBe(3);
    expect(sent[2]!.body).toBe(sent[1]!.body); // the same id
    const numbers = sent.slice(1).map((one) => Number(one.headers['X-Xiangbo-Counter']));
    expect(numbers[1]).toBeGreaterThan(numbers[0]!);
    for (const [i, one] of sent.slice(1).entries())
      expect(one.headers['X-Xiangbo-Proof']).toBe(commandProof(key, numbers[i]!, '/api/command', one.body));
  });
  it('signs the address as it is sent', () => {
    const key = hexToBytes(vectors[2]!.session_key);
    keepKey(key);
    const headers = proofOf('/api/x?at=橙', 'body');
    expect(headers['X-Xiangbo-Proof']).toBe(commandProof(key, Number(headers['X-Xiangbo-Counter']), '/api/x?at=%E6%A9%99', 'body'));
  });
  it('has a number that rises, also after the clock was set back and the page opened again', () => {
    const first = nextNumber(2_000_000_000_000);
    const second = nextNumber(1_000_000_000_000);
    expect(second).toBe(first + 1);
    localStorage.setItem('xiangbo.pair.count', String(second + 10));
    expect(nextNumber(1_000_000_000_000)).toBe(second + 11);
    expect(Number.isSafeInteger(second)).toBe(true);
  });
});

describe('what a page may do', () => {
  it('follows its role', () => {
    const me = (role: Me['role']): { me: Me } => ({ me: { role, name: '', device: 1, is_here: false } });
    expect(mayDo({}, 'operator')).toBe(true); // not known yet: the program decides
    expect(mayDo(me('assistant'), 'assistant')).toBe(true);
    expect(mayDo(me('assistant'), 'operator')).toBe(false);
    expect(mayDo(me('reviewer'), 'assistant')).toBe(false);
    expect(mayDo(me('operator'), 'operator')).toBe(true);
  });
});

describe('what others press', () => {
  const deed = (n: number, device: number, args: Deed['args'] = {}): Deed => ({ n, time: '15:42', role: 'assistant', device, who: '小李', name: 'product.show', args, zh: '商品上屏', en: 'Show a product card' });
  const show = { products: [{ id: 'orange', name: '橙子' }], captions: [] } as unknown as Show;
  it('is said with who and what', () => {
    const [theirs, ours] = wireCase<[Deed, Deed]>('recent');
    expect(deedText(theirs, show, 'zh-CN', '电脑上')).toBe('小李：商品上屏 · 橙子');
    expect(deedText(ours, show, 'zh-CN', '电脑上')).toBe('电脑上：收起商品，也取消倒数');
    expect(deedText(deed(1, 3, { product: 'orange' }), show, 'zh-CN', '电脑上')).toBe('小李：商品上屏 · 橙子');
    expect(deedText(deed(1, 0), show, 'en', 'At the computer')).toBe('At the computer: Show a product card');
  });
  it('is told once, and nothing that was before or that was ours', () => {
    const me: Me = { role: 'assistant', name: '小李', device: 3, is_here: false };
    expect(newsOf([deed(1, 0)], null, me)).toBeNull();
    expect(newsOf([deed(1, 0), deed(2, 0)], 1, me)?.n).toBe(2);
    expect(newsOf([deed(1, 0), deed(2, 3)], 1, me)).toBeNull();
    expect(newsOf([deed(1, 0)], 1, me)).toBeNull();
    expect(newsOf([deed(1, 0)], 0, null)).toBeNull(); // at the computer
  });
});
