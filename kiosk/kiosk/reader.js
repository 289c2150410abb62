// "Nghe đọc": the first touch on a button speaks it, the second takes it.

import { language } from '/shared/words.js'

export function startReader(root, { isOn, onSilent }) {
  let armed = null
  let audio = null

  function arm(button) {
    armed?.classList.remove('armed')
    armed = button
    armed?.classList.add('armed')
  }

  root.addEventListener('click', (event) => {
    if (!isOn()) return
    const button = event.target.closest('button')
    if (button?.dataset.say === '') return            // the reading button itself
    if (button && button === armed) return arm(null)  // second touch: let it act
    const said = button ?? event.target.closest('[data-say]')
    arm(button)
    if (said) speak(textOf(said))
    if (button) {
      event.preventDefault()
      event.stopPropagation()
    }
  }, { capture: true })

  function silence() {
    arm(null)
    audio?.pause()
    audio = null
    globalThis.speechSynthesis?.cancel()
  }

  function speak(text) {
    audio?.pause()
    globalThis.speechSynthesis?.cancel()
    const query = new URLSearchParams({ text, lang: language() })
    const mine = new Audio(`/api/v1/voice/say?${query}`)
    audio = mine
    mine.play().catch(() => {
      if (audio === mine) speakInBrowser(text)        // else only interrupted by the next one
    })
  }

  // The centre's voice comes from the daemon; a browser that has a voice of its own is the second best.
  function speakInBrowser(text) {
    const synthesis = globalThis.speechSynthesis
    const voice = synthesis?.getVoices().find((one) => one.lang.startsWith(language()))
    if (!voice) return onSilent()
    const utterance = new SpeechSynthesisUtterance(text)
    utterance.voice = voice
    utterance.lang = voice.lang
    synthesis.speak(utterance)
  }

  return {
    silence,
    stepChanged(text) {
      arm(null)
      if (isOn() && text) speak(text)
    },
  }
}

function textOf(element) {
  return (element.dataset.say || element.innerText).replaceAll('\u00a0', ' ').replace(/\s*–\s*/g, ', ').replace(/\s*\n+\s*/g, ', ').trim()
}
