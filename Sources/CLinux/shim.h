/* What the Glibc module leaves out: adjtimex(2), which tells whether the clock is synchronised, and eventfd(2). */
#include <sys/eventfd.h>
#include <sys/timex.h>
