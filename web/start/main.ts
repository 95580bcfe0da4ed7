// The first set-up: three screens from nothing to on air.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/switch.css';
import '../control/picture.css';
import '../setup/setup.css';
import './start.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import StartPage from './StartPage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(StartPage).use(i18n).mount('#app');
