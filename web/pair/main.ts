// The page a phone pairs on.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/switch.css';
import './pair.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import PairPage from './PairPage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(PairPage).use(i18n).mount('#app');
