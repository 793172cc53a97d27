import { useState } from '../vendor/preact-htm.module.js';
import { useLoad } from '../api.js';
import { Empty, handlerLink, html, Loaded, number, State, useSearch, When } from '../ui.js';

const FIRST = 200;

const Members = ({ members }) => html`<div class="scroll"><table class="rows">
  <thead><tr><th scope="col">Member</th><th scope="col">State</th><th scope="col" class="num">Units</th>
    <th scope="col" class="wide">Host</th><th scope="col" class="num wide">Process</th><th scope="col" class="wide">Since</th></tr></thead>
  <tbody>${members.map(member => html`<tr key=${member.id}>
    <td class="name">${member.name || member.id}${member.self && html` <small>(this one)</small>`}${member.leader && html` <small>(leader)</small>`}</td>
    <td><${State} value=${member.state} /></td><td class="num">${number(member.units)}</td>
    <td class="wide">${member.host}</td><td class="num wide">${member.pid}</td>
    <td class="wide"><${When} at=${member.since} /></td></tr>`)}</tbody></table></div>`;

/** Of many units some are drawn, those that are searched for or all on demand: the page is asked for again every few seconds. */
function Units({ units, params }) {
  const [text, search] = useSearch('cluster', params);
  const [every, showEvery] = useState(false);
  const found = text ? units.filter(unit => `${unit.handler} ${unit.owner}`.toLowerCase().includes(text.toLowerCase())) : units;
  const shown = every ? found : found.slice(0, FIRST);
  return html`${units.length > 20 && html`<div class="tools"><label>Search <input type="search" name="units" value=${text} onInput=${event => search(event.target.value)} placeholder="handler or owner" /></label></div>`}
    ${shown.length ? html`<${UnitRows} units=${shown} />` : html`<${Empty}>No unit has this handler or owner.<//>`}
    ${found.length > shown.length && html`<p class="pager"><button type="button" class="secondary outline" onClick=${() => showEvery(true)}>Show all ${number(found.length)}</button></p>`}`;
}

const UnitRows = ({ units }) => html`<div class="scroll"><table class="rows">
  <thead><tr><th scope="col">Handler</th><th scope="col" class="num">Partition</th><th scope="col">Owner</th><th scope="col" class="num wide">Term</th><th scope="col" class="wide">Next owner</th></tr></thead>
  <tbody>${units.map(unit => html`<tr key=${`${unit.handler}/${unit.partition}`}>
    <td class="name"><a href=${handlerLink(unit.handler)}>${unit.handler}</a></td>
    <td class="num">${unit.partition ?? '–'}</td><td class="name">${unit.owner}</td>
    <td class="num wide">${unit.term}</td><td class="name wide">${unit.next || '–'}</td></tr>`)}</tbody></table></div>`;

const unitName = unit => unit.partition === null ? unit.handler : `${unit.handler}, partition ${unit.partition}`;

const Moves = ({ moves }) => html`<ul>${moves.slice(0, FIRST).map(move => html`<li class="name" key=${unitName(move)}><a href=${handlerLink(move.handler)}>${unitName(move)}</a> from ${move.owner} to ${move.next}</li>`)}
  ${moves.length > FIRST && html`<li>and ${number(moves.length - FIRST)} more</li>`}</ul>`;

export function Cluster({ params }) {
  const load = useLoad('cluster', {}, 3000);
  return html`<div><h1>Cluster</h1><${Loaded} load=${load} what="the cluster">${data => {
    const { members, units, moves } = data;
    const leader = members.find(member => member.leader);
    return html`
      <p class="facts">${[`Mode ${data.mode.toLowerCase()}`, data.instance && `this is ${data.instance}`,
        leader && `leader ${leader.name || leader.id}`, `${number(data.streams)} ${data.streams === 1 ? 'stream' : 'streams'} here`].filter(Boolean).join(' · ')}</p>
      <section><h2>Members</h2>${members.length ? html`<${Members} members=${members} />`
        : html`<${Empty}>This application works alone: no other instance shares its handlers.<//>`}</section>
      <section><h2>Moves</h2>${moves.length ? html`<${Moves} moves=${moves} />`
        : html`<${Empty}>No unit is moving to another member.<//>`}</section>
      <section><h2>Units</h2>${units.length ? html`<${Units} units=${units} params=${params} />`
        : html`<${Empty}>There are no units: ${data.mode === 'SHARED' ? 'no handler has been declared' : 'this application works alone'}.<//>`}</section>`;
  }}<//></div>`;
}
