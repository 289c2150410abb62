// Coming back for a result: the slip is scanned or its code typed. Ready: a number for the return desk. Not ready: the date
// and no number. Only the code and the progress are told, as for everybody.

import { el, icon } from '/shared/dom.js'
import { get } from '/shared/api.js'
import { language, t } from '/shared/words.js'
import { weekday, weekdayText } from '/shared/time.js'
import { languageButton, listenButton } from './choice.js'

const keys = [...'1234567890', '-', '.', ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '/']
const longest = 40

/** Asks for the progress of a code: → { kind, code, due } where kind is one of the words below. */
export async function lookUp(code, today) {
  const answer = await get(`dossiers/${encodeURIComponent(code)}`)
  if (answer.status === 404) return { kind: 'unknown', code }
  if (!answer.ok) return { kind: answer.problem?.type === 'rate-limited' ? 'tooOften' : 'noAnswer', code }
  const { state, due, ready } = answer.body
  return { kind: kindOf(state, due, ready, today), code: answer.body.code, due }
}

export function kindOf(state, due, ready, today) {
  if (ready) return 'ready'
  if (state === 'handedOver') return 'handedOver'
  if (['awaitingSupplement', 'awaitingPayment'].includes(state)) return state
  if (['returned', 'withdrawn', 'refused', 'stopped'].includes(state)) return 'ended'
  if (due && today > due.day) return 'late'
  return !due ? 'noDate' : today === due.day ? 'today' : 'notReady'
}

/** Where a number is of use: at the return desk, or with somebody who explains. */
export const takesNumber = { ready: 'collect', late: 'collect', awaitingSupplement: 'ask', awaitingPayment: 'ask', ended: 'ask', unknown: 'ask', noAnswer: 'ask', tooOften: 'ask' }

export function slipScreen({ person, actions }) {
  const shown = el('output', { class: 'typed', 'aria-live': 'polite' })
  const look = el('button', { class: 'btn primary', onclick: actions.slipLook }, icon('search'), el('span', { text: t('slip.look') }), icon('right'))
  return {
    title: t('slip.title'),
    speech: `${t('slip.title')}. ${t('slip.how')}`,
    ask: [el('h1', { text: t('slip.title'), 'data-say': t('slip.title') }), el('p', { class: 'lead', text: t('slip.how') })],
    stageClass: 'stage slipcode',
    stage: [
      el('div', { class: 'codeline' }, shown, el('button', { class: 'btn', 'aria-label': t('slip.erase'), onclick: actions.slipErase }, icon('back'), t('slip.erase'))),
      el('div', { class: 'keys' }, keys.map((key) => el('button', { class: `btn${/\d/.test(key) ? ' digit' : ''}`, onclick: () => actions.slipKey(key), text: key }))),
      el('div', { class: 'answers' }, look,
        el('button', { class: 'btn noslip', onclick: actions.slipNone }, icon('ticket'), el('span', {}, t('slip.none'), el('small', { text: t('slip.none.more') })), icon('right'))),
    ],
    foot: [el('button', { class: 'btn', onclick: actions.back }, icon('left'), t('back')), languageButton(actions), listenButton(person, actions)],
    update({ person: who }) {
      shown.textContent = who.slip?.typed || t('slip.example')
      shown.classList.toggle('empty', !who.slip?.typed)
      look.disabled = (who.slip?.typed.length ?? 0) < 5 || Boolean(who.slip?.busy)
    },
  }
}
slipScreen.keyOf = () => ''
export const canType = (typed) => typed.length < longest

export function foundScreen({ state, person, actions }) {
  const { kind, code, due } = person.slip.result
  const drawing = { ready: 'result', late: 'clock', notReady: 'clock', today: 'clock', noDate: 'clock', handedOver: 'check', unknown: 'search' }[kind] ?? 'help'
  const when = due && ['notReady', 'today', 'late'].includes(kind) ? dueText(due) : ''
  const wants = takesNumber[kind]
  const service = wants && serviceFor(wants, state)
  const title = t(`found.${kind}`)
  const words = t(`found.${kind}.more`)
  return {
    title,
    speech: `${title}. ${when}. ${words}`,
    stageClass: 'stage middle found',
    stage: [
      el('div', { class: 'why', 'data-say': `${title}. ${when}. ${words}` }, icon(drawing, `i closed${kind === 'ready' ? ' good' : ['late', 'unknown', 'noAnswer', 'tooOften', 'card', 'unreadable'].includes(kind) ? ' trouble' : ''}`),
        el('h1', { text: title }), when && el('p', {}, el('b', { text: when })), el('p', { text: words }), el('p', { class: 'code muted', text: code })),
      el('div', { class: 'answers' },
        service && el('button', { class: 'btn primary', onclick: () => actions.slipNumber(service) }, icon('ticket'), el('span', {}, t(wants === 'collect' ? 'found.take' : 'found.ask')), icon('right')),
        ['unknown', 'tooOften', 'noAnswer', 'card', 'unreadable'].includes(kind) && el('button', { class: 'btn', onclick: actions.slipAgain }, icon('back'), el('span', { text: t('found.again') })),
        el('button', { class: service ? 'btn' : 'btn primary', onclick: actions.done }, icon('check'), el('span', { text: t('done') }))),
    ],
    foot: [languageButton(actions), listenButton(person, actions)],
  }
}
foundScreen.keyOf = ({ person }) => JSON.stringify(person.slip.result)

function serviceFor(wants, { centre, services }) {
  const takes = new Set(services.filter((each) => each.takes).map((each) => each.id))
  const open = centre.services.filter((each) => takes.has(each.id))
  return (wants === 'collect' ? open.find((each) => each.collects) : null) ?? open.find((each) => each.guidance) ?? null
}

/** "17:00 thứ Năm, 03/12/2026" */
export function dueText({ day, until }) {
  const name = weekdayText(weekday(Date.parse(`${day}T12:00:00Z`)))
  return `${until} ${language() === 'vi' ? name.replace('Thứ', 'thứ').replace('Chủ', 'chủ') : name}, ${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`
}
