// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { useActions } from '../control/actions';
import { wireCase } from './cases';
import { fakeDesk, stateOf } from './desk';

const said = (): [string, string] => ['', ''];
const endKeys = new KeyboardEvent('keydown', { key: 'E', ctrlKey: true, shiftKey: true });

describe('ending by keys', () => {
  it('asks once more, and then ends', () => {
    const desk = fakeDesk('live');
    const actions = useActions(desk, said, said);
    actions.key(endKeys);
    expect(actions.isConfirming.value).toBe(true);
    expect(desk.asked).toEqual([]);
    actions.end();
    expect(actions.isConfirming.value).toBe(false);
    expect(desk.asked).toEqual(['live.end']);
  });
  it('does not wait for an answer beyond the Session that was to end', async () => {
    const desk = fakeDesk('live');
    const actions = useActions(desk, said, said);
    actions.key(endKeys);
    desk.station.state = stateOf('ended'); // by its duration, or from another page
    await nextTick();
    expect(actions.isConfirming.value).toBe(false);
    actions.end(); // a hold that was not over yet
    expect(desk.asked).toEqual([]);
  });
  it('does nothing while no Session is on', () => {
    const actions = useActions(fakeDesk('ready'), said, said);
    actions.key(endKeys);
    expect(actions.isConfirming.value).toBe(false);
  });
});

describe('the 3-2-1 of a product', () => {
  const oranges = { id: 'orange', number: 3, name: '橙子', price: '29.9', unit: '5 斤装', stock: null, picture: null, script: '' };
  const press = (key: string): KeyboardEvent => new KeyboardEvent('keydown', { key });
  it('begins at C for the product the keys are on, and a second C takes it off', () => {
    const desk = fakeDesk('live');
    desk.station.show = { station: { name: '', county: '', township: '' }, products: [oranges], captions: [], video: { width: 2, height: 2 } };
    const actions = useActions(desk, said, said);
    actions.key(press('c'));
    expect(desk.asked).toEqual([]); // none is selected, and what comes next is no row of this Show
    actions.key(press('ArrowRight'));
    actions.key(press('c'));
    expect(desk.asked).toEqual(['countdown.start']);
    desk.station.state = { ...stateOf('live'), layers: [{ layer: 'countdown', id: 'orange' }] };
    actions.key(press('C'));
    expect(desk.asked).toEqual(['countdown.start', 'product.hide']);
  });
});

describe('a message on screen', () => {
  const line = { key: '17', kind: 'chat', name: '春燕', text: '多少钱', count: 0, amount: '', platform: 'test', user: 'u-1', role: '' } as const;
  it('goes on by its number and off by a second press', () => {
    const desk = fakeDesk('live');
    const actions = useActions(desk, said, said);
    actions.togglePin(line);
    desk.station.state = { ...stateOf('live'), layers: [{ layer: 'pinned', id: '17' }] };
    actions.togglePin(line);
    expect(desk.asked).toEqual(['chat.pin', 'chat.unpin']);
  });
});

describe('the rundown', () => {
  it('goes on at N and back at Ctrl+Z, and the program decides where to', () => {
    const desk = fakeDesk('live');
    desk.station.show = wireCase('show');
    const actions = useActions(desk, said, said);
    actions.key(new KeyboardEvent('keydown', { key: 'n' }));
    expect(actions.selected.value).toBe('dumpling'); // what the state calls the next one
    actions.key(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true }));
    expect(desk.asked).toEqual(['cue.next', 'undo']);
    actions.rotate(30);
    actions.rotate(null);
    expect(desk.asked.slice(2)).toEqual(['rotation.start', 'rotation.stop']);
  });
  it('takes nothing back while somebody types', () => {
    const desk = fakeDesk('live');
    const actions = useActions(desk, said, said);
    const field = document.body.appendChild(document.createElement('input'));
    field.addEventListener('keydown', actions.key);
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true }));
    expect(desk.asked).toEqual([]);
  });
});

describe('panic', () => {
  it('is at hand while somebody types and while the end is asked about', () => {
    const desk = fakeDesk('live');
    const actions = useActions(desk, said, said);
    const f4 = () => new KeyboardEvent('keydown', { key: 'F4' });
    const field = document.body.appendChild(document.createElement('input'));
    field.addEventListener('keydown', actions.key);
    field.dispatchEvent(f4());
    expect(desk.asked).toEqual(['sound.panic']);
    actions.key(endKeys);
    actions.key(f4());
    expect(desk.asked).toEqual(['sound.panic', 'sound.panic']);
    expect(actions.isConfirming.value).toBe(true);
    actions.key(new KeyboardEvent('keydown', { key: 'F4', repeat: true }));
    expect(desk.asked.length).toBe(2);
  });
});
