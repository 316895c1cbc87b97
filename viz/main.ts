/** Entry of the visualizer. */
import { App } from './shell/app.ts';

const root = document.getElementById('app');
if (root) new App().start(root);
