// F12 while open: why the counter rests. While it rests: the same reasons, to put the right one.

import { el, icon } from '/shared/dom.js'
import { pauseReasons } from '/shared/reasons.js'
import { recordedAs, t } from '/shared/words.js'
import { refill } from './refill.js'
import { closeButton } from './lists.js'

/** Returns { element, update(view), digit(n), first() }. */
export function pausePanel({ onPress, onClose }) {
  const heading = el('h2')
  const list = el('div', { class: 'reasons', role: 'group', 'aria-label': t('pause.reasons') })
  const element = [heading, list]
  let view = null

  function update(next) {
    view = next
    const resting = view.frame?.state === 'paused'
    const canPause = resting ? view.up : view.hindrance('pause') === null
    const canClose = view.hindrance('close') === null
    refill(heading, [resting, canClose], () => [
      el('span', { text: t('pause.reasons') }),
      el('button', { class: 'btn quiet close', type: 'button', disabled: !canClose, title: view.hindrance('close'), dataset: { focus: 'close' }, onclick: () => onPress('close', {}, 'close') }, icon('lock'), t('closeCounter')),
      !resting && closeButton(onClose),
    ])
    refill(list, [resting, view.frame?.pauseReason, canPause], () =>
      pauseReasons.map((reason, index) => {
        const word = t(`pause.${reason}`)
        const on = resting && view.frame.pauseReason === recordedAs(`pause.${reason}`)
        return el('button', { class: 'btn', type: 'button', disabled: !canPause, 'aria-pressed': String(on), dataset: { focus: reason }, onclick: () => pause(index) },
          on && icon('check'), word, !resting && el('kbd', { class: 'key', text: index + 1 }))
      }))
  }

  function pause(index) {
    const reason = recordedAs(`pause.${pauseReasons[index]}`)
    if (view.frame?.state === 'paused' && view.frame.pauseReason === reason) return
    onPress('pause', { reason }, `pause ${index}`)
  }

  return {
    element, update,
    focus: () => list.querySelector('button')?.focus(),
    first: () => pause(0),
    digit: (digit) => {
      const index = Number(digit) - 1
      if (!pauseReasons[index]) return false
      pause(index)
      return true
    },
  }
}
