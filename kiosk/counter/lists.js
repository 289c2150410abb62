// Below the keys: numbers on hold and no-shows that may come back, and the field of F1 above them.

import { el, icon } from '/shared/dom.js'
import { clockText } from '/shared/time.js'
import { t } from '/shared/words.js'
import { refill } from './refill.js'

/** Returns { element, update(view), focus() }. onPress(action, body, control) */
export function listsPanel({ withField, onPress, onClose }) {
  const rows = el('div')
  const heading = el('h2')
  const field = withField ? callField(onPress) : null
  const element = [heading, field?.element, rows]

  function update(view) {
    const { frame, up } = view
    const held = frame?.held ?? []
    const noShows = frame?.noShows ?? []
    const open = up && frame?.state === 'open'
    const free = open && !frame.current
    refill(heading, [withField], () => [
      el('span', { text: withField ? t('callForm') : t('lists') }),
      withField ? closeButton(onClose) : el('span', { class: 'muted', text: t('lists.more') }),
    ])
    refill(rows, [held, noShows, open, free], () => {
      if (!held.length && !noShows.length) return el('p', { class: 'none', text: t('lists.none') })
      return el('ul', { class: 'rows' },
        held.map((each) => row('hold', each.number, t('held', { time: clockText(each.since) }),
          act('resume', each.number, t('resume', { number: each.number }), free, onPress))),
        noShows.map((each) => row('noshow', each.number, t('noShow', { time: clockText(each.since) }),
          act('return', each.number, t('backToQueue'), open, onPress, true), act('call', each.number, t('call', { number: each.number }), free, onPress))))
    })
    field?.update(view)
  }
  return { element, update, focus: () => field?.focus() }
}

export function closeButton(onClose) {
  return el('button', { class: 'btn quiet', type: 'button', onclick: onClose }, t('closePanel'), el('kbd', { class: 'key', text: 'Esc' }))
}

function row(iconName, number, words, ...buttons) {
  // A fixed place for each button, so that the second one stays in its column when the first is missing.
  return el('li', {}, icon(iconName), el('b', { text: number }), el('span', { class: 'cut', text: words }), buttons.length < 2 && el('span'), buttons)
}

function act(action, number, word, possible, onPress, quiet = false) {
  return el('button', {
    class: `btn${quiet ? ' quiet' : ''}`, type: 'button', disabled: !possible, title: possible ? null : t('lists.busy'), dataset: { focus: `${action}-${number}` },
    onclick: () => onPress(action, { number }, `${action} ${number}`),
  }, word)
}

function callField(onPress) {
  const input = el('input', { id: 'call-number', name: 'number', autocomplete: 'off', spellcheck: 'false', maxlength: 8, 'aria-describedby': 'call-hint', 'aria-label': t('callForm.number') })
  const hint = el('p', { class: 'hint', id: 'call-hint', role: 'status' })
  const send = el('button', { class: 'btn primary', type: 'submit' }, t('callForm.send'), el('kbd', { class: 'key', text: 'Enter' }))
  const element = el('form', { class: 'callform' }, input, send, hint)
  const say = (text, wrong) => {
    hint.textContent = text
    hint.classList.toggle('wrong', wrong)
    input.setAttribute('aria-invalid', String(wrong))
  }
  let hintNow = t('callForm.hint')
  say(hintNow, false)
  input.addEventListener('input', () => say(hintNow, false))
  element.addEventListener('submit', async (event) => {
    event.preventDefault()
    const number = spoken(input.value)
    if (!number) return say(t('callForm.empty'), true)
    const answer = await onPress('call', { number }, `call ${number}`)
    if (answer && !answer.ok) {
      say(answer.problem.detail || answer.problem.title, true)
      input.select()
    }
  })
  function update(view) {
    send.disabled = view.hindrance('call') !== null
    // Where calling finishes the visit before it, that has to be said before it happens.
    const next = view.frame?.current && view.frame.finishesOnCallNext ? t('callForm.finishes', { number: view.frame.current.number }) : t('callForm.hint')
    if (next === hintNow) return
    hintNow = next
    say(hintNow, false)
  }
  return { element, focus: () => input.focus(), update }
}

/** "a 13" → "A013", as a citizen says it. Vietnamese input methods may have put a mark on the letter. */
export function spoken(text) {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/giu, 'D').toUpperCase().replace(/[^A-Z0-9]/g, '')
  const [, letter, digits] = /^([A-Z]*)(\d+)$/.exec(plain) ?? []
  return digits ? `${letter}${digits.padStart(3, '0')}` : plain
}
