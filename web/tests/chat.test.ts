// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ChatLog } from '../shared/chat';
import { readUpdate, type Update } from '../shared/wire';
import { wireCase, wireText } from './cases';

describe('the chat log', () => {
  const snapshot = wireCase<Update>('updates-snapshot').chat!;
  const batch = wireCase<Update>('updates-chat').chat!;

  it('shows an event once that is in the snapshot and in the first batch', () => {
    const log = new ChatLog();
    log.restart(snapshot);
    log.add(batch);
    expect(log.lines.map((line) => line.key)).toEqual(['1', '2', '3', '4', '7']);
  });
  it('keeps markup as text', () => {
    const log = new ChatLog();
    log.restart(snapshot);
    expect(log.lines[2]?.text).toContain('<b>');
  });
  it('takes gifts apart and knows nameless people', () => {
    const log = new ChatLog();
    log.add(batch);
    expect(log.lines.find((line) => line.kind === 'gift')).toMatchObject({ text: '小心心', count: 3 });
    expect(log.lines.at(-1)?.name).toBe('');
  });
  it('begins anew when the numbers do', () => {
    const log = new ChatLog();
    log.add(batch);
    log.restart(snapshot);
    expect(log.lines.map((line) => line.key)).toEqual(['1', '2', '3']);
  });
  it('takes a hidden message away and gives it back in its place', () => {
    const log = new ChatLog();
    log.add([1, 2, 3].map((seq) => ({ seq, kind: 'chat', text: String(seq) })));
    expect(log.add([{ seq: 4, kind: 'moderation', seqs: [2] }])).toBe(true);
    expect(log.lines.map((line) => line.key)).toEqual(['1', '3']);
    log.add([{ seq: 5, kind: 'moderation', seqs: [2, 9], shown: true }]);
    expect(log.lines.map((line) => line.key)).toEqual(['1', '2', '3']);
  });
  it('keeps the newest two hundred', () => {
    const log = new ChatLog();
    log.add(Array.from({ length: 500 }, (_, i) => ({ seq: i + 1, kind: 'chat', text: String(i) })));
    expect(log.lines).toHaveLength(200);
    expect(log.lines.at(-1)?.key).toBe('500');
  });
});

describe('an update', () => {
  it('is read from the wire', () => {
    expect(readUpdate(wireText('updates-snapshot'))?.state?.state).toBe('live');
    expect(readUpdate(wireText('updates-chat'))?.chat).toHaveLength(5);
  });
  it.each(['', '[]', 'null', '7', '{"chat":7}', '{"state":{}}', '{"state":null}'])('is nothing when it is %s', (text) => {
    expect(readUpdate(text)).toBeNull();
  });
});
