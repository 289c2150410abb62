// The way back to the first screen when nobody touches any more. Any touch starts the time anew.

/**
 * secondsAllowed() → the limit of this moment, or null for none. onTick gets { fraction, secondsLeft } (null without limit).
 */
export function startIdle({ secondsAllowed, onExpire, onTick }) {
  let since = performance.now()
  const restart = () => { since = performance.now() }
  for (const name of ['pointerdown', 'keydown']) window.addEventListener(name, restart, { capture: true, passive: true })

  setInterval(() => {
    const allowed = secondsAllowed()
    if (allowed === null) {
      onTick({ fraction: null, secondsLeft: null })
      return
    }
    const left = allowed - (performance.now() - since) / 1000
    if (left <= 0) {
      restart()
      onExpire()
    } else {
      onTick({ fraction: left / allowed, secondsLeft: Math.ceil(left) })
    }
  }, 200)

  return { restart, untouchedSeconds: () => (performance.now() - since) / 1000 }
}
