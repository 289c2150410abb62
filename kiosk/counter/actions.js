// The ten keys of the counter and the large button. They are built once and never change place or order.

import { el, icon } from '/shared/dom.js'
import { pick, t } from '/shared/words.js'

// One key, one meaning, in every state. `action` is the word the daemon uses.
export const keys = [
  { key: 'F1', action: 'call', icon: 'search', word: 'key.call' },
  { key: 'F2', action: 'call-next', icon: 'ticket', word: 'key.callNext' },
  { key: 'F3', action: 'recall', icon: 'recall', word: 'key.recall' },
  { key: 'F4', action: 'start', icon: 'play', word: 'key.start' },
  { key: 'F6', action: 'finish', icon: 'check', word: 'key.finish' },
  { key: 'F7', action: 'no-show', icon: 'noshow', word: 'key.noShow' },
  { key: 'F8', action: 'hold', icon: 'hold', word: 'key.hold' },
  { key: 'F9', action: 'transfer', icon: 'transfer', word: 'key.transfer' },
  { key: 'F10', action: 'return', icon: 'back', word: 'key.return' },
  { key: 'F12', action: 'pause', icon: 'pause', word: 'key.pause' },
]

const opening = { paused: 'key.reopen', closed: 'key.open' }

/** F12 pauses an open counter and opens every other one. */
export function meaning(entry, { frame, signedIn }) {
  const state = signedIn ? frame?.state : 'closed'
  if (entry.action !== 'pause' || !(state in opening)) return entry
  return { ...entry, action: 'open', icon: 'play', word: opening[state] }
}

/** What an officer most likely does next: the key that the large button repeats. */
export function likelyNext({ frame, signedIn }) {
  if (!signedIn || !frame || frame.state !== 'open') return 'F12'
  if (frame.current?.state === 'serving') return 'F6'
  if (frame.current) return 'F4'
  return 'F2'
}

/** Why something cannot be done now, as a sentence; null when it can. */
export function hindrance(action, { frame, up, signedIn }) {
  if (!up) return t('lost.action')
  if (!signedIn && action === 'open') return null   // the form beside it asks for the rest
  if (!signedIn || !frame) return t('signInFirst')
  const reason = frame.actions?.[action]
  return reason ? pick(reason) || t('notNow') : null
}

/** Builds the region; returns the function that brings it up to date. */
export function buildActions(region, onPress) {
  const main = el('button', { class: 'btn primary main', type: 'button', id: 'main', onclick: () => onPress(main.dataset.key, 'main') })
  const small = keys.map((entry) => {
    const why = el('span', { class: 'vh', id: `why-${entry.key}` })
    const label = el('span', { class: 'label' })
    const button = el('button', { class: 'btn', type: 'button', 'aria-keyshortcuts': entry.key, 'aria-describedby': why.id, onclick: () => onPress(entry.key, entry.key) },
      icon(entry.icon), el('kbd', { class: 'key', text: entry.key }), label)
    return { entry, button, label, why }
  })
  region.replaceChildren(main, el('div', { class: 'grid' }, small.map(({ button, why }) => [button, why])))

  return (view) => {
    const next = likelyNext(view)
    for (const { entry, button, label, why } of small) {
      const means = meaning(entry, view)
      const reason = hindrance(means.action, view)
      label.textContent = t(means.word)
      if (button.dataset.icon !== means.icon) {
        button.firstChild.replaceWith(icon(means.icon))
        button.dataset.icon = means.icon
      }
      button.disabled = reason !== null
      button.title = reason ?? ''
      why.textContent = reason ?? ''
      button.classList.toggle('next-step', entry.key === next)
      const opens = { call: 'call', transfer: 'transfer', pause: 'pause' }[means.action]
      if (opens) button.setAttribute('aria-expanded', String(view.mode === opens))
      else button.removeAttribute('aria-expanded')
      if (entry.key === next) repeat(main, means, reason)
    }
  }
}

function repeat(main, means, reason) {
  main.disabled = reason !== null
  main.title = reason ?? ''
  const signature = `${means.key} ${means.word}`
  if (main.dataset.shows === signature) return
  main.dataset.shows = signature
  main.dataset.key = means.key
  main.replaceChildren(icon(means.icon), el('span', { text: t(means.word) }), el('kbd', { class: 'key', text: means.key }))
}
