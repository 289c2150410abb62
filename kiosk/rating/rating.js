// Đánh giá: the tablet in front of the citizen at one counter. It asks by itself when a step has ended.

import { post } from '/shared/api.js'
import { connect, now } from '/shared/live.js'
import { language, loadWords, setLanguage, t } from '/shared/words.js'
import { fitTo } from '/board/fit.js'
import { Delivery } from './delivery.js'
import { RatingFlow } from './flow.js'
import { misplacedPage, notSentPage, questionPage, reasonsPage, restPage, sendingPage, showHelp, thanksPage } from './pages.js'

const failureShownFor = 8_000

const counter = new URLSearchParams(location.search).get('n')
const mainPart = document.getElementById('page')
const footPart = document.getElementById('foot')
const tick = () => performance.now()

await loadWords('rating')
document.title = t('title', { n: counter ?? '' })
fitTo(1280, 800)

let link = { up: true }
let waiting = false          // the answer could not be sent yet
let helping = null           // null · sending · failed
const flow = new RatingFlow({
  onSend(answer) {
    waiting = false
    delivery.give(answer)
  },
})
const delivery = new Delivery({
  now,
  onWaiting(step) {
    if (flow.step === step) waiting = true
    show()
  },
  onEnd(step, how) {
    flow.sent(step, how, tick())
    show()
  },
})

const act = (change) => () => { change(); show() }
const press = {
  choose: (level) => act(() => flow.choose(level, tick()))(),
  toggle: (reason) => act(() => flow.toggle(reason, tick()))(),
  back: act(() => flow.back(tick())),
  skip: act(() => flow.skip(tick())),
  submit: act(() => flow.submit(tick())),
  switchLanguage: act(() => setLanguage(language() === 'vi' ? 'en' : 'vi')),
  help: callSupervisor,
}

// Pages ------------------------------------------------------------------------------------------

function page() {
  const { frame } = flow
  if (!frame) return link.problem ? misplacedPage(t('noCounter', { n: counter }), t('noCounterHint')) : misplacedPage(link.up ? '' : t('connecting'))
  switch (flow.page) {
    case 'question': return questionPage({ flow, press })
    case 'reasons': return reasonsPage({ flow, press })
    case 'sending': return sendingPage({ frame, waiting })
    case 'thanks': return thanksPage({ frame, press })
    case 'notSent': return notSentPage({ frame, press })
    default: return restPage({ frame, press })
  }
}

let drawn = null
function show() {
  // The next citizen finds the tablet in Vietnamese again.
  if (flow.page === 'rest' && language() !== 'vi') setLanguage('vi')
  const { key, name, main, foot } = page()
  if (key !== drawn) {
    drawn = key
    mainPart.className = name
    mainPart.replaceChildren(...main)
    footPart.replaceChildren(...foot.filter(Boolean))
    // Screen readers begin at the question; on the resting page nothing is worth interrupting.
    document.getElementById('heading')?.focus({ preventScroll: true })
  }
  for (const button of mainPart.querySelectorAll('[data-reason]')) {
    button.setAttribute('aria-pressed', String(flow.reasons.has(button.dataset.reason)))
  }
  showHelp(footPart, flow.frame?.helpOn ? 'on' : helping ?? (link.up ? 'none' : 'offline'))
  const bar = footPart.querySelector('.silence i')
  bar?.style.setProperty('width', `${100 * flow.silenceLeft({ tick: tick(), now: now() })}%`)
}

// The supervisor ---------------------------------------------------------------------------------

async function callSupervisor() {
  if (helping === 'sending') return
  helping = 'sending'
  show()
  const { ok } = await post(`counters/${encodeURIComponent(counter)}/help`)
  // "On" is said by the next frame: it is the supervisor's screen that counts, not the press.
  helping = ok ? null : 'failed'
  if (ok) flow.frame = { ...flow.frame, helpOn: true }
  else setTimeout(() => { helping = null; show() }, failureShownFor)
  show()
}

// Keys: the number of the level, Esc to skip. The digits appear on the tiles once a keyboard is used. ----------

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
  document.body.classList.add('has-keys')
  const digit = Number(event.key)
  if (event.key === 'Escape' && flow.isAnswering) press.skip()
  else if (flow.page === 'question' && digit >= 1 && digit <= 5) press.choose(digit)
  else if (flow.page === 'reasons' && digit >= 1 && flow.frame.reasons[digit - 1]) press.toggle(flow.frame.reasons[digit - 1].id)
  else flow.touch(tick())
})
addEventListener('pointerdown', () => {
  document.body.classList.remove('has-keys')
  flow.touch(tick())
})
addEventListener('contextmenu', (event) => event.preventDefault())

if (!/^[1-9]\d*$/.test(counter ?? '')) {
  const { name, main } = misplacedPage(t('whichCounter'), t('whichCounterHint'))
  mainPart.className = name
  mainPart.replaceChildren(...main)
} else {
  connect({
    audience: 'rating',
    counter,
    keepAlive: true,
    isIdle: () => flow.page === 'rest' && delivery.pending === 0,
    onFrame(frame) {
      flow.takeFrame(frame, tick())
      show()
    },
    onLink(told) {
      link = told
      if (link.up) delivery.retry()
      show()
    },
  })
  setInterval(() => {
    flow.passTime({ tick: tick(), now: now() })
    show()
  }, 200)
}
