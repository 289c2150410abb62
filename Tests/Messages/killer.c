/* Put in front of the daemon with LD_PRELOAD: ends it, without a goodbye, right before or right after a message gets its
   name in the outbox. The file named by MESSAGE_KILL says which, and is gone afterwards: it happens once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  char when[8] = {0};
  const char *path = getenv("MESSAGE_KILL");
  if (path && strstr(to, "/outbox/OUT")) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      if (read(file, when, sizeof when - 1) > 0) unlink(path);
      close(file);
    }
  }
  if (when[0] == 'b') kill(getpid(), SIGKILL);
  int result = real(from, to);
  if (when[0] == 'a') kill(getpid(), SIGKILL);
  return result;
}
