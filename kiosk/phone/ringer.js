// Makes the phone notice: vibration where there is one (Android), else a soft chime (iPhone has no vibration for pages).

const nearPattern = [200, 150, 200]
const callPattern = [600, 250, 600, 250, 600]

export function ringer() {
  const vibrates = 'vibrate' in navigator
  const Sound = globalThis.AudioContext ?? globalThis.webkitAudioContext
  let sound = null
  let awake = null
  let armed = false

  /** Two notes, down a third: a door bell, not an alarm. */
  function chime(times) {
    if (!sound) return
    for (let time = 0; time < times; time += 1) {
      for (const [index, pitch] of [659, 523].entries()) {
        const begin = sound.currentTime + time * 1.6 + index * 0.45
        const tone = sound.createOscillator()
        const volume = sound.createGain()
        tone.frequency.value = pitch
        volume.gain.setValueAtTime(0.0001, begin)
        volume.gain.exponentialRampToValueAtTime(0.5, begin + 0.03)
        volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.9)
        tone.connect(volume).connect(sound.destination)
        tone.start(begin)
        tone.stop(begin + 1)
      }
    }
  }

  function vibrate(pattern) {
    try { navigator.vibrate?.(pattern) } catch { /* not allowed before the first touch */ }
  }

  // The screen may not sleep, or the page sleeps with it. Only on https; elsewhere the words say to keep it open.
  async function stayAwake() {
    try { awake = await navigator.wakeLock?.request('screen') } catch { awake = null }
  }
  document.addEventListener('visibilitychange', () => { if (armed && !document.hidden) stayAwake() })

  return {
    /** 'vibrate' | 'sound' | null: how this phone can be made to notice. */
    way: vibrates ? 'vibrate' : Sound ? 'sound' : null,
    get armed() { return armed },
    async arm() {
      armed = true
      vibrate(120)
      if (Sound) {
        sound ??= new Sound()
        sound.resume?.().catch(() => {})
        if (!vibrates) chime(1)
      }
      await stayAwake()
    },
    disarm() {
      armed = false
      awake?.release?.().catch(() => {})
      awake = null
    },
    near() { vibrate(nearPattern); chime(1) },
    /** Vibrates for everybody who touched the page; sounds only where it was asked for. */
    call() {
      vibrate(callPattern)
      if (armed) chime(3)
    },
  }
}
