// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { nextTick } from 'vue';
import { describe, expect, it } from 'vitest';
import { useActions } from '../control/actions';
import GoButtons from '../control/GoButtons.vue';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk, stateOf } from './desk';

const said = (): [string, string] => ['', ''];
function buttons(state: string) {
  const desk = fakeDesk(state);
  const page = mount(GoButtons, { props: { actions: useActions(desk, said, said) }, global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } });
  return { desk, page };
}

describe('trying at once', () => {
  it('is there beside the end while a platform is cut off', async () => {
    const { desk, page } = buttons('reconnecting');
    expect(page.findAll('button').map((one) => one.text())).toEqual(['马上再试', expect.stringContaining('结束直播')]);
    await page.find('.again').trigger('click');
    expect(desk.asked).toEqual(['output.retry']);
    desk.station.state = stateOf('ended');
    await nextTick();
    expect(page.find('.again').exists()).toBe(false);
    expect(page.findAll('button').length).toBe(1);
  });
  it('is not there where all is well, nor before the air', async () => {
    const { desk, page } = buttons('live'); // where one of three is cut off
    expect(page.find('.again').exists()).toBe(true);
    desk.station.state = { ...stateOf('live'), outputs: stateOf('live').outputs.filter((one) => one.state === 'live') };
    await nextTick();
    expect(page.findAll('button').length).toBe(1);
    expect(buttons('ready').page.findAll('button').length).toBe(1);
  });
});
