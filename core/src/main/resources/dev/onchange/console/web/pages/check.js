import { useState } from '../vendor/preact-htm.module.js';
import { post } from '../api.js';
import { Act, Empty, html, sentence, State, When } from '../ui.js';

/** What is found of many handlers alike is said once, with the names of all. */
function grouped(problems) {
  const groups = new Map();
  for (const problem of problems) {
    const key = JSON.stringify([problem.code, problem.message, problem.remedy]);
    if (!groups.has(key)) groups.set(key, { ...problem, subjects: [] });
    if (problem.subject) groups.get(key).subjects.push(problem.subject);
  }
  return [...groups.values()];
}

const Found = ({ group }) => html`<li><${State} value=${group.severity} /> <strong>${group.code}</strong>${' '}
  ${group.subjects.length === 1 && html`<span class="name">${group.subjects[0]}</span>`}
  <p>${sentence(group.message)}</p>
  ${group.subjects.length > 1 && html`<details><summary>${group.subjects.length} places</summary><ul>${group.subjects.map(subject => html`<li class="name" key=${subject}>${subject}</li>`)}</ul></details>`}
  ${group.remedy && html`<p><em>What to do:</em> ${sentence(group.remedy)}</p>`}</li>`;

const Checks = ({ checks }) => html`<div class="scroll"><table class="rows fixed">
  <colgroup><col class="c-state" /><col class="c-about" /><col /></colgroup>
  <thead><tr><th scope="col">Result</th><th scope="col">About</th><th scope="col">What was found</th></tr></thead>
  <tbody>${checks.map((check, index) => html`<tr key=${index}><td><${State} value=${check.result} /></td><td class="name">${check.subject}</td>
    <td class="name">${sentence(check.message)}${check.remedy && html`<br /><em>What to do:</em> ${sentence(check.remedy)}`}</td></tr>`)}</tbody></table></div>`;

const List = ({ problems, none }) => problems.length
  ? html`<ol class="found">${grouped(problems).map(group => html`<${Found} key=${group.code + group.message} group=${group} />`)}</ol>`
  : html`<${Empty}>${none}<//>`;

export function Check() {
  const [result, set] = useState(null);
  const notices = (result?.problems || []).filter(problem => problem.severity === 'NOTICE');
  return html`<div><h1>Check</h1>
    <p>Asks the server anew what was asked at the start: its version and privileges, the oplog, the collections and their settings, the pipelines.
      It changes nothing.</p>
    <p><${Act} name="check" kind="" operate=${false} label=${result ? 'Check again' : 'Check now'} busy="Checking …" act=${async () => set(await post('check'))}
      done="Checked." /></p>
    ${result && html`<section><h2>Found at <${When} at=${result.checkedAt} /></h2>
        <${List} problems=${result.problems.filter(problem => problem.severity !== 'NOTICE')} none="No problems: everything that was asked is as the handlers need it." /></section>
      ${notices.length > 0 && html`<section><h2>Noticed when handlers were registered</h2>
        <p>What was so then, and may have changed: a collection may have been created since.</p><${List} problems=${notices} /></section>`}
      ${result.checks && html`<section><h2>What was asked</h2><${Checks} checks=${result.checks} /></section>`}`}</div>`;
}
