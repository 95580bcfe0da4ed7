// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { useActions } from '../control/actions';
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
