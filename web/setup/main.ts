// The setup page: the Show edited without a text editor.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/switch.css';
import '../control/picture.css';
import './setup.css';
import './tables.css';
import '../shows/shows.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import SetupPage from './SetupPage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(SetupPage).use(i18n).mount('#app');
