/* What the Glibc module leaves out: adjtimex(2), which tells whether the clock is synchronised. */
#include <sys/timex.h>
