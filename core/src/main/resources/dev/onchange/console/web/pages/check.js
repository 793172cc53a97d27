import { useState } from '../vendor/preact-htm.module.js';
import { post } from '../api.js';
import { Act, Empty, html, When } from '../ui.js';

export function Check() {
  const [result, set] = useState(null);
  return html`<div><h1>Check</h1>
    <p>Asks the server anew what was asked at the start: its version and privileges, the oplog, the collections and their settings, the pipelines.
      It changes nothing.</p>
    <p><${Act} name="check" kind="" operate=${false} label=${result ? 'Check again' : 'Check now'} busy="Checking …" act=${async () => set(await post('check'))}
      done="Checked." /></p>
    ${result && html`<section><h2>Found at <${When} at=${result.checkedAt} /></h2>${result.problems.length
      ? html`<ol class="found">${result.problems.map(problem => html`<li key=${problem.code + problem.subject}>
          <strong>${problem.code}</strong> ${problem.subject && html`<span class="name">${problem.subject}</span>`}
          <p>${problem.message}</p>${problem.remedy && html`<p><em>What to do:</em> ${problem.remedy}</p>`}</li>`)}</ol>`
      : html`<${Empty}>No problems: everything that was asked is as the handlers need it.<//>`}</section>`}</div>`;
}
