/** Entry of the self-contained report: reads the data block of its own page and draws the answer. */
import '../style/tokens.css';
import '../style/base.css';
import './report.css';
import { RESULT_ELEMENT_ID } from '../../scenarios/answers/report.ts';
import { readComparison } from '../../sim/experiment/results-reader.ts';
import { element, replace } from '../shell/element.ts';
import { renderAnswer } from './answer.ts';

function start(): void {
  const root = document.getElementById('report');
  if (root === null) return;
  try {
    const text = document.getElementById(RESULT_ELEMENT_ID)?.textContent ?? 'null';
    renderAnswer(readComparison(JSON.parse(text)), root);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    replace(root, element('h1', {}, 'This report cannot be shown'), element('p', {}, sentence));
  }
}

/** Paper is white and cannot be clicked: printing takes the light colours and unfolds everything, and undoes it after. */
function preparePrint(): void {
  const page = document.documentElement;
  const opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    page.dataset['theme'] = 'light';
    for (const details of document.querySelectorAll<HTMLDetailsElement>('details:not([open])')) {
      details.open = true;
      opened.push(details);
    }
  });
  addEventListener('afterprint', () => {
    delete page.dataset['theme'];
    for (const details of opened.splice(0)) details.open = false;
  });
}

start();
preparePrint();
