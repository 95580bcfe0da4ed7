// @vitest-environment happy-dom
// The list of all evenings. SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import LibraryView from '../review/LibraryView.vue';
import type { Library } from '../review/wire';
import { i18n } from '../shared/i18n';

describe('the list of evenings', () => {
  it.each([
    ['sessions', '这台电脑上的直播'],
    ['第一季', '第一季'],
  ])('names the folder %s in words of the page', (folder, words) => {
    const library: Library = { library: folder, sessions: [], disk: { free_bytes: 1e9, used_bytes: 0, hours_left: null } };
    const page = mount(LibraryView, { props: { library, isGone: false, isHere: true, hasControl: false, words: '' }, global: { plugins: [i18n], stubs: { DressSwitch: true } } });
    expect(page.find('.meta').text()).toBe(words);
    expect(page.text()).not.toContain('sessions');
  });
});
