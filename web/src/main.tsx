// SPDX-License-Identifier: MIT
import './style/tokens.css';
import './style/base.css';
import './style/forced.css';

import { render } from 'preact';

import { mendAddress } from './app/address';
import { App } from './app/app';
import { connection } from './site';
import { tellBroken } from './ui/broken';

mendAddress();
connection.open();
render(<App />, document.getElementById('app')!);

// What tells of news on every page, but is not needed for the first one.
import('./chat').then(({ startChat }) => startChat(), tellBroken);
