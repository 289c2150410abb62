#include <errno.h>
#include <libevdev/libevdev.h>
#include <unistd.h>

/* Lights a lamp of a keyboard (LED_NUML, ...). Safe beside a thread that reads fd through libevdev. 0, or -errno. */
static inline int mc_led(int fd, unsigned short code, int on) {
  struct input_event both[2] = {
    {.type = EV_LED, .code = code, .value = on ? 1 : 0},
    {.type = EV_SYN, .code = SYN_REPORT, .value = 0},
  };
  ssize_t n;
  do n = write(fd, both, sizeof both); while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : 0;
}
