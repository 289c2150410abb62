// Priority: the groups are told, two answers of equal size are pressed. Nothing has to be proved here.

import { el, icon } from '/shared/dom.js'
import { nameParts } from '/shared/names.js'
import { waitText } from '/shared/time.js'
import { language, t } from '/shared/words.js'
import { listenButton, nameOf } from './choice.js'

// Drawings for the groups that most communes have; any other group gets the star.
const drawings = {
  elderly: 'elder', elder: 'elder', pregnant: 'mother', mother: 'mother', disabled: 'wheel', disability: 'wheel',
  child: 'child', children: 'child', merit: 'medal', veteran: 'medal', sick: 'sick', ill: 'sick',
}
// Meant when "yes" is pressed without saying which; not listed, because it says nothing.
const unnamedGroup = 'other'

export function priorityScreen({ state, person, actions }) {
  const { service } = person
  const english = language() === 'en'
  const { priorityGroups } = state.centre
  const groups = priorityGroups.filter((group) => group.id !== unnamedGroup)
  const unnamed = (priorityGroups.find((group) => group.id === unnamedGroup) ?? priorityGroups[0]).id
  const ordinaryWait = el('small', { class: 'muted' })
  const priorityWait = el('small')
  const hearing = el('button', { class: 'btn need', 'aria-pressed': 'false', onclick: actions.hearing },
    el('span', { class: 'box' }, icon('check')), el('span', {}, t('hearing'), el('small', { class: 'muted', text: t('hearing.why') })))

  return {
    title: t('priority.ask'),
    speech: [t('priority.ask'), t('priority.noProof'), groups.map((group) => wordOf(group, english)).join(', ')].join(' '),
    ask: [el('div', { class: 'chosen', 'data-say': nameOf(service) }, icon(service.icon || 'doc'), el('span', {}, nameParts(nameOf(service))))],
    stageClass: 'stage priority',
    stage: [
      el('h1', { text: t('priority.ask'), 'data-say': t('priority.ask') }),
      el('p', { class: 'lead', text: t('priority.noProof') }),
      // Not buttons, on purpose: the answer is given below. Whoever touches a group has answered all the same.
      el('ul', { class: `groups${groups.length > 6 ? ' many' : ''}` }, groups.map((group) => el('li', {
        'data-say': wordOf(group, english),
        onclick() { if (!person.listening) actions.take(group.id) },
      }, icon(drawings[group.id] ?? 'star'), el('span', { text: wordOf(group, english) })))),
      hearing,
      el('div', { class: 'answers' },
        el('button', { class: 'btn', onclick: () => actions.take(undefined) }, icon('ticket'), el('span', {}, t('priority.no'), ordinaryWait), icon('right')),
        el('button', { class: 'btn prio', onclick: () => actions.take(unnamed) }, icon('star'), el('span', {}, t('priority.yes'), priorityWait), icon('right'))),
    ],
    foot: [el('button', { class: 'btn', onclick: actions.back }, icon('left'), t('back')), listenButton(person, actions)],
    update({ state: latest, person: who }) {
      const entry = latest.services.find((one) => one.id === service.id)
      hearing.setAttribute('aria-pressed', String(who.hearing))
      ordinaryWait.textContent = waitLine('waitingNow', entry?.waiting ?? 0, entry?.estimatedWaitSeconds)
      priorityWait.textContent = waitLine('priorityWaitingNow', entry?.priorityWaiting ?? 0, entry?.priorityEstimatedWaitSeconds)
    },
  }
}

priorityScreen.keyOf = ({ person }) => person.service.id

function wordOf(group, english) {
  return english && group.nameEn ? group.nameEn : group.name
}

// Only what is known: without an estimate just the people.
function waitLine(key, n, seconds) {
  const people = n === 0 ? t(`${key}.none`) : t(key, { n })
  return Number.isFinite(seconds) && n > 0 ? `${people}, ${waitText(seconds)}` : people
}
