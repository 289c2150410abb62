/* Put in front of gammu-smsd with LD_PRELOAD: its dummy phone takes everything, this one refuses while the file named by
   MODEM_REFUSES is there. That is all that is played here; what gammu-smsd makes of it is its own. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

int GSM_SendSMS(void *phone, void *message) {
  int (*real)(void *, void *) = (int (*)(void *, void *))dlsym(RTLD_NEXT, "GSM_SendSMS");
  const char *path = getenv("MODEM_REFUSES");
  /* ERR_UNKNOWN of gammu-error.h: what an AT modem's ERROR becomes. */
  return path && access(path, F_OK) == 0 ? 27 : real(phone, message);
}
