// The control page.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/switch.css';
import './frame.css';
import './picture.css';
import './portrait.css';
import './lists.css';
import './chat.css';
import './checklist.css';
import './summary.css';
import './phone.css';
import './phone-dialog.css';
import '../shows/shows.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import ControlPage from './ControlPage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(ControlPage).use(i18n).mount('#app');
